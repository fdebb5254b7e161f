extension String {
    /// The name of a Swift property as JSON spells it: `caPEM` is `ca_pem`, `maxAffectedRows` is
    /// `max_affected_rows`.
    var snakeCased: String {
        guard utf8.span.contains(where: (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains) else { return self }
        let letters = Array(utf8)
        var result: [UInt8] = []
        for (index, letter) in letters.enumerated() {
            guard letter >= UInt8(ascii: "A") && letter <= UInt8(ascii: "Z") else {
                result.append(letter)
                continue
            }
            let followsLowercase = index > 0 && letters[index - 1] > UInt8(ascii: "Z")
            let startsWord = index > 0 && index + 1 < letters.count && letters[index + 1] > UInt8(ascii: "Z")
            if followsLowercase || startsWord { result.append(UInt8(ascii: "_")) }
            result.append(letter | 0x20)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension Span<UInt8> {
    /// As of a sequence. That of a string is compiled for any sequence, and would be called for each name and text of an answer.
    func contains(where isSought: (UInt8) -> Bool) -> Bool {
        for index in indices where isSought(self[index]) { return true }
        return false
    }
}
