/// Words near a number that say what it is. Matched at the beginning of words, whatever their case.
struct ContextWords: Sendable {
    /// How far before the number a word counts, in bytes: a short sentence.
    private static let reach = 48

    private let words: [[UInt8]]
    /// A bit for each letter that one of the words begins with.
    private let initials: UInt32

    private init(_ words: [String]) {
        self.words = words.map { Array($0.utf8) }
        initials = self.words.reduce(0) { $0 | 1 << UInt32($1[0] - 0x61) }
    }

    static let card = ContextWords(["card", "cc", "credit", "debit", "visa", "maestro", "pan", "payment"])
    static let socialSecurity = ContextWords(["ssn", "social", "sin"])
    static let phone = ContextWords([
        "phone", "tel", "mobile", "cell", "fax", "call", "dial", "desk", "office", "whatsapp", "sms",
        "answering", "messages", "ring", "reach", "handy", "portable", "contact", "voicemail", "hotline",
        "landline",
    ])
    static let phoneBehind = ContextWords([
        "office", "fax", "mobile", "phone", "tel", "cell", "home", "work", "desk",
    ])

    /// Whether one of the words stands in the bytes before `index`.
    func precede(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        var position = max(0, index - Self.reach)
        // Not from the middle of a word.
        while position > 0, position < index, bytes.isWord(position - 1) { position += 1 }
        while position < index {
            if begins(at: position, before: index, bytes) { return true }
            while position < index, bytes.isWord(position) { position += 1 }
            while position < index, !bytes.isWord(position) { position += 1 }
        }
        return false
    }

    /// Whether one of the words follows `index` directly, behind one blank, dash or bracket at most.
    func follow(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        let start = bytes.run(from: index, atMost: 2) {
            $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "(")
        }
        return begins(at: start, before: bytes.count, bytes)
    }

    private func begins(at position: Int, before end: Int, _ bytes: Span<UInt8>) -> Bool {
        guard bytes.byte(position).isASCIILetter, initials >> UInt32((bytes[position] | 0x20) - 0x61) & 1 != 0
        else {
            return false
        }
        for word in words where word.count <= end - position {
            var offset = 0
            while offset < word.count, bytes[position + offset] | 0x20 == word[offset] { offset += 1 }
            if offset == word.count { return true }
        }
        return false
    }
}
