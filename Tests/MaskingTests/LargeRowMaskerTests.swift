import Testing

@testable import Masking

/// A row in parts comes out as the row in one.
struct LargeRowMaskerTests {
    private let columns = [
        ColumnMask.pass, ColumnMask(type: 25, format: .text, rule: .mask(.redacted)), .pass,
        ColumnMask(type: 23, format: .text, rule: .mask(.redacted)), .pass,
    ]
    private let cells: [[UInt8]?] = [
        Array(repeating: 0x61, count: 300), Array("secret".utf8), nil, Array("12".utf8),
        Array(repeating: 0x62, count: 50),
    ]

    /// What comes out when the body comes in parts of `size`, and how much had come when its length was known.
    private func streamed(_ body: [UInt8], by size: Int) throws -> (out: [UInt8], knownAfter: Int?) {
        var masker = RowMasker(columns: columns).largeRow(bodyLength: body.count)
        var out: [UInt8] = []
        var known: Int?
        for start in stride(from: 0, to: body.count, by: size) {
            let part = Array(body[start..<min(start + size, body.count)])
            try masker.rewrite(part.span, into: &out)
            if known == nil, masker.bodyLength != nil { known = start + part.count }
        }
        try masker.finish()
        #expect(masker.bodyLength == out.count)
        #expect(masker.maskedCells == [0, 1, 0, 1, 0])
        return (out, known)
    }

    @Test func masksAsRowsThatAreHeld() throws {
        let body = row(cells)
        var whole: [UInt8] = []
        var masker = RowMasker(columns: columns)
        try masker.rewrite(body.span, into: &whole)
        for size in [1, 2, 3, 7, 64, body.count] {
            #expect(try streamed(body, by: size).out == Array(whole.dropFirst(5)))
        }
    }

    @Test func knowsTheLengthBehindTheLastMaskedCell() throws {
        let body = row(cells)
        #expect(try streamed(body, by: 1).knownAfter == body.count - 54)
    }

    @Test func knowsTheLengthAtOnceWhenNothingIsMasked() throws {
        let body = row([[0x61], [0x62]])
        var masker = LargeRowMasker(columns: [.pass, .pass], bodyLength: body.count)
        var out: [UInt8] = []
        try masker.rewrite(Array(body[..<2]).span, into: &out)
        #expect(masker.bodyLength == body.count)
    }

    @Test func replacesACellThatIsTooLargeToBeLookedAt() throws {
        let size = LargeRowMasker.maximumCell + 1
        let body = row([Array(repeating: 0x61, count: size), Array(repeating: 0x31, count: size)])
        let masks = [
            ColumnMask(type: 25, format: .text, rule: .mask(.redacted)),
            ColumnMask(type: 25, format: .text, rule: .detect(.all, .redacted)),
        ]
        var masker = LargeRowMasker(columns: masks, bodyLength: body.count)
        var out: [UInt8] = []
        try masker.rewrite(body.span, into: &out)
        try masker.finish()
        #expect(out == row([Array("[redacted]".utf8), nil]))
    }

    @Test func refusesWhatDoesNotAgree() throws {
        let body = row(cells)
        for length in 0..<body.count {
            var masker = LargeRowMasker(columns: columns, bodyLength: length)
            var out: [UInt8] = []
            #expect(throws: MaskingFailure.self) {
                try masker.rewrite(Array(body[..<length]).span, into: &out)
                try masker.finish()
            }
        }
        var masker = LargeRowMasker(columns: [.pass], bodyLength: body.count)
        var out: [UInt8] = []
        #expect(throws: MaskingFailure.columnCountMismatch(expected: 1, found: 5)) {
            try masker.rewrite(body.span, into: &out)
        }
    }
}
