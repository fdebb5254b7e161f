import Testing

@testable import Masking

@Suite struct CopyMaskerTests {
    private static func columns(_ rules: [ColumnMask.Rule], _ format: CellFormat = .text) -> [ColumnMask] {
        rules.map { ColumnMask(type: 25, format: format, rule: $0) }
    }

    /// The payload that comes out when `data` goes in in pieces of `size` bytes.
    private func copied(
        _ data: [UInt8], _ options: CopyOptions, _ columns: [ColumnMask], pieces size: Int
    ) throws -> [UInt8] {
        var masker = try CopyMasker(options, columns: columns)
        var payload: [UInt8] = []
        for start in stride(from: 0, to: data.count, by: size) {
            let piece = Array(data[start..<min(start + size, data.count)])
            var out: [UInt8] = []
            try masker.rewrite(piece.span, into: &out)
            guard !out.isEmpty else { continue }
            #expect(out[0] == UInt8(ascii: "d") && Int(out.span.bigEndianUInt32(at: 1)) == out.count - 1)
            payload += out.dropFirst(5)
        }
        try masker.finish()
        return payload
    }

    private func expectCopy(
        _ data: String, _ options: CopyOptions, _ rules: [ColumnMask.Rule], gives expected: String,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = Array(data.utf8)
        for size in 1...max(bytes.count, 1) {
            let out = try copied(bytes, options, Self.columns(rules), pieces: size)
            #expect(
                String(decoding: out, as: UTF8.self) == expected, "pieces of \(size)",
                sourceLocation: location)
        }
    }

    @Test func masksTextAtEverySplit() throws {
        try expectCopy(
            "1\tada\\tb\tx\n2\t\\N\ty\n3\t\tz\\\n\n", .text, [.pass, .mask(.redacted), .pass],
            gives: "1\t[redacted]\tx\n2\t\\N\ty\n3\t[redacted]\tz\\\n\n")
        try expectCopy("a\tb\n", .text, [.mask(.null), .mask(.null)], gives: "\\N\t\\N\n")
        try expectCopy("a\nb\n\n", .text, [.mask(.redacted)], gives: "[redacted]\n[redacted]\n[redacted]\n")
        try expectCopy("", .text, [.pass], gives: "")
    }

    @Test func masksWhatAnEscapeHides() throws {
        try expectCopy(
            #"to ad\141@b.org"# + "\n", .text, [.detect(.all, .redacted)], gives: "to [redacted]\n")
        try expectCopy(#"C:\\x\tb"# + "\n", .text, [.detect(.all, .redacted)], gives: #"C:\\x\tb"# + "\n")
        let method = MaskMethod.redact(text: Array("a\tb\\|".utf8))
        try expectCopy("x\n", .text, [.mask(method)], gives: #"a\tb\\|"# + "\n")
        try expectCopy(
            "x|y\n", .text(delimiter: UInt8(ascii: "|"), null: Array("nil".utf8), hasHeader: false),
            [.mask(method), .mask(.null)], gives: #"a\tb\\\||nil"# + "\n")
    }

    @Test func passesTheHeaderLine() throws {
        try expectCopy(
            "id\tname\n1\tada\n", .text(delimiter: 9, null: Array(#"\N"#.utf8), hasHeader: true),
            [.pass, .mask(.redacted)], gives: "id\tname\n1\t[redacted]\n")
    }

    @Test func masksCSVAtEverySplit() throws {
        try expectCopy(
            "1,ada,x\n2,\"a \"\"b\"\", c\nd\",y\n3,,z\n4,\"\",\"q,\"\"\n\"\n", .csv,
            [.pass, .mask(.redacted), .pass],
            gives: "1,[redacted],x\n2,\"[redacted]\",y\n3,,z\n4,\"[redacted]\",\"q,\"\"\n\"\n")
        try expectCopy("a,b\n", .csv, [.mask(.null), .mask(.redact(text: []))], gives: ",\"\"\n")
        try expectCopy("\n\n", .csv, [.mask(.redacted)], gives: "\n\n")
        try expectCopy("\"a@b.org, x\"\n", .csv, [.detect(.all, .redacted)], gives: "\"[redacted], x\"\n")
    }

    @Test func masksCSVOfOtherPunctuation() throws {
        let options = CopyOptions.csv(
            delimiter: UInt8(ascii: ";"), null: Array("NIL".utf8), hasHeader: true, quote: UInt8(ascii: "'"),
            escape: UInt8(ascii: "\\"))
        try expectCopy(
            "phone;email\n'+1';'a\\'b'\nNIL;'NIL'\n", options,
            [.pass, .mask(.redact(text: Array("it's".utf8)))],
            gives: "phone;email\n'+1';'it\\'s'\nNIL;'it\\'s'\n")
    }

    private func binaryCopy(_ rows: [[[UInt8]?]]) -> [UInt8] {
        var bytes = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 2, 8, 8]
        for cells in rows { bytes += row(cells) }
        return bytes + [0xff, 0xff]
    }

    @Test func masksBinaryAtEverySplit() throws {
        let data = binaryCopy([[[1], Array("ada".utf8)], [nil, nil], [[], []]])
        let expected = binaryCopy([
            [[1], Array("[redacted]".utf8)], [nil, nil], [[], Array("[redacted]".utf8)],
        ])
        for size in 1...data.count {
            #expect(
                try copied(data, .binary, Self.columns([.pass, .mask(.redacted)], .binary), pieces: size)
                    == expected)
        }
    }

    @Test func countsWhatItMasked() throws {
        var masker = try CopyMasker(
            .text, columns: Self.columns([.mask(.redacted), .detect(.all, .redacted)]))
        var out: [UInt8] = []
        try masker.rewrite(Array("a\tb\n\\N\ta@b.org\n".utf8).span, into: &out)
        #expect(masker.maskedCells == [1, 1])
    }

    @Test func refusesRowsOfAnotherWidth() throws {
        for (data, options) in [
            ("a\n", CopyOptions.text), ("a\tb\tc\n", .text), ("a\n", .csv), ("a,b,c\n", .csv),
        ] {
            var masker = try CopyMasker(options, columns: Self.columns([.pass, .mask(.redacted)]))
            var out: [UInt8] = []
            let bytes = Array(data.utf8)
            #expect(throws: MaskingFailure.self, "\(data)") { try masker.rewrite(bytes.span, into: &out) }
            #expect(out.isEmpty)
        }
    }

    /// What clients write is not always what a server would.
    @Test(arguments: [
        ("x,[redacted]\r\n", CopyOptions.csv), ("x,[reda\"cted]\"\n", .csv), ("x,\"[re\"dacted]\n", .csv),
        ("x\t[redacted]\r\n", .text), ("x\t\\133redacted]\n", .text),
    ])
    func findsWhatItSearches(data: String, options: CopyOptions) throws {
        let form = try #require(MaskedForm(.redacted))
        for size in 1...data.utf8.count {
            var masker = try CopyMasker(options, columns: Self.columns([.search([]), .search([form])]))
            var out: [UInt8] = []
            let bytes = Array(data.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try masker.rewrite(Array(bytes[start..<min(start + size, bytes.count)]).span, into: &out)
            }
            #expect(masker.maskedCells == [0, 1] && masker.isComplete)
        }
    }

    @Test(arguments: [CopyOptions.text, .csv])
    func readsNothingBehindTheEndOfTheRows(options: CopyOptions) throws {
        var masker = try CopyMasker(options, columns: Self.columns([.search([]), .pass]))
        var out: [UInt8] = []
        try masker.rewrite(Array("\\.\nno row, \"and".utf8).span, into: &out)
        #expect(masker.isComplete)
    }

    @Test func refusesToEndInsideARow() throws {
        for (data, options) in [("a", CopyOptions.text), ("a\tb", .text), ("\"a", .csv), ("a,", .csv)] {
            var masker = try CopyMasker(options, columns: Self.columns([.pass, .mask(.redacted)]))
            var out: [UInt8] = []
            try masker.rewrite(Array(data.utf8).span, into: &out)
            #expect(throws: MaskingFailure.malformedCopy) { try masker.finish() }
        }
    }

    @Test func refusesMalformedBinary() throws {
        let columns = Self.columns([.pass, .mask(.redacted)], .binary)
        let good = binaryCopy([[[1], [2]]])
        var flagged = good
        flagged[12] = 1
        #expect(throws: MaskingFailure.unsupportedCopy) { try copied(flagged, .binary, columns, pieces: 64) }
        #expect(throws: MaskingFailure.malformedCopy) { try copied([1] + good, .binary, columns, pieces: 64) }
        #expect(throws: MaskingFailure.malformedCopy) { try copied(good + [0], .binary, columns, pieces: 64) }
        for count in 0..<good.count {
            #expect(throws: MaskingFailure.malformedCopy) {
                try copied(Array(good.prefix(count)), .binary, columns, pieces: 64)
            }
        }
        #expect(throws: MaskingFailure.unsupportedCopy) {
            try CopyMasker(.binary, columns: Self.columns([.mask(.null)]))
        }
    }

    @Test func neverHoldsMoreThanItsLimit() throws {
        let large = Array(repeating: UInt8(ascii: "a"), count: CopyMasker.maximumField + 1)
        let end: [UInt8] = [0x0a]
        #expect(
            try copied(large + end, .text, Self.columns([.mask(.redacted)]), pieces: 1 << 20)
                == Array("\\N\n".utf8))
        #expect(try copied(large + end, .csv, Self.columns([.mask(.redacted)]), pieces: 1 << 20) == end)
        let binary = binaryCopy([[large]])
        #expect(
            try copied(binary, .binary, Self.columns([.mask(.redacted)], .binary), pieces: 1 << 20)
                == binaryCopy([[nil]]))
    }

    @Test func survivesNoise() throws {
        var random = FixedRandom(seed: 5)
        let alphabet = Array("a,\t\n\"\\N\r0;é".utf8)
        for _ in 0..<500 {
            let data = (0..<40).compactMap { _ in alphabet.randomElement(using: &random) }
            for options in [CopyOptions.text, .csv] {
                _ = try? copied(data, options, Self.columns([.pass, .detect(.all, .redacted)]), pieces: 7)
            }
        }
    }
}
