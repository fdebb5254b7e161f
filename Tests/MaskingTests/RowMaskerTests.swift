import Testing

@testable import Masking

@Suite struct RowMaskerTests {
    private let columns = [
        ColumnMask(type: 23, format: .binary, rule: .pass),
        ColumnMask(type: 25, format: .text, rule: .mask(.redacted)),
        ColumnMask(type: 25, format: .text, rule: .detect(.all, .redacted)),
        ColumnMask(type: 16, format: .text, rule: .pass),
        ColumnMask(type: 20, format: .binary, rule: .mask(.null)),
    ]

    private let body = row([
        [0, 0, 0, 1], Array("ada".utf8), Array("to a@b.org".utf8), nil, Array(repeating: 1, count: 8),
    ])

    @Test func masksTheColumnsOfARow() throws {
        var masker = RowMasker(columns: columns)
        var out: [UInt8] = [9]
        try masker.rewrite(body.span, into: &out)
        let expected = row([[0, 0, 0, 1], Array("[redacted]".utf8), Array("to [redacted]".utf8), nil, nil])
        #expect(out == [9] + message("D", expected))
        #expect(masker.maskedCells == [0, 1, 1, 0, 1])
        try masker.rewrite(row([nil, nil, Array("plain".utf8), nil, nil]).span, into: &out)
        #expect(masker.maskedCells == [0, 1, 1, 0, 1])
    }

    @Test func copiesARowThatIsNotMasked() throws {
        var masker = RowMasker(columns: Array(repeating: .pass, count: 5))
        #expect(!masker.isNeeded)
        var out: [UInt8] = []
        try masker.rewrite(body.span, into: &out)
        #expect(out == message("D", body))
    }

    @Test func rejectsEveryTruncationAndLeavesNothingBehind() {
        for count in 0..<body.count {
            var masker = RowMasker(columns: columns)
            var out: [UInt8] = [1, 2]
            let cut = Array(body.prefix(count))
            #expect(throws: MaskingFailure.self) { try masker.rewrite(cut.span, into: &out) }
            #expect(out == [1, 2])
        }
    }

    @Test func rejectsTrailingBytesAndOtherCounts() {
        var masker = RowMasker(columns: columns)
        var out: [UInt8] = []
        #expect(throws: MaskingFailure.malformedRow) { try masker.rewrite((body + [0]).span, into: &out) }
        #expect(throws: MaskingFailure.columnCountMismatch(expected: 5, found: 1)) {
            try masker.rewrite(row([nil]).span, into: &out)
        }
        let negative: [UInt8] = [0, 1, 0xff, 0xff, 0xff, 0xfe]
        var one = RowMasker(columns: [.pass])
        #expect(throws: MaskingFailure.malformedRow) { try one.rewrite(negative.span, into: &out) }
    }

    @Test func takesARowWithoutColumns() throws {
        var masker = RowMasker(columns: [])
        var out: [UInt8] = []
        try masker.rewrite([0, 0].span, into: &out)
        #expect(out == message("D", [0, 0]))
    }
}
