extension Span<UInt8> {
    /// The byte at `index`, or 0 outside.
    func byte(_ index: Int) -> UInt8 { index >= 0 && index < count ? self[index] : 0 }

    /// Whether a letter or digit stands at `index`.
    func isWord(_ index: Int) -> Bool { byte(index).isWordByte }

    func starts(with text: StaticString, at index: Int) -> Bool {
        guard index >= 0, text.utf8CodeUnitCount <= count - index else { return false }
        for offset in 0..<text.utf8CodeUnitCount {
            // Sound: offset is below the literal's own length.
            if unsafe self[index + offset] != text.utf8Start[offset] { return false }
        }
        return true
    }

    /// The same for a text of small letters, digits and signs, whatever the case of the bytes.
    func starts(with text: StaticString, ignoringCaseAt index: Int) -> Bool {
        guard index >= 0, text.utf8CodeUnitCount <= count - index else { return false }
        for offset in 0..<text.utf8CodeUnitCount {
            let byte = self[index + offset]
            // Sound: offset is below the literal's own length.
            if unsafe (byte.isASCIILetter ? byte | 0x20 : byte) != text.utf8Start[offset] { return false }
        }
        return true
    }

    /// The end of the run of bytes from `start` that satisfy `predicate`, at most `maximum` of them.
    func run(from start: Int, atMost maximum: Int = .max, _ predicate: (UInt8) -> Bool) -> Int {
        var index = start
        while index < count, index - start < maximum, predicate(self[index]) { index += 1 }
        return index
    }
}

extension UInt8 {
    var isASCIILetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7a }
    var isWordByte: Bool { isASCIILetter || isDigit || self >= 0x80 }
}
