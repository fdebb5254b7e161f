/// CommandComplete ('C'): the command tag, and the number of rows when the tag ends in one (`INSERT 0 5`, `SELECT 5`).
package struct CommandComplete: Sendable, Equatable {
    package let tag: Range<Int>
    package let rows: UInt64?

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        tag = try reader.string(body)
        try reader.finish()
        rows = Self.rows(body, tag)
    }

    private static func rows(_ body: Span<UInt8>, _ tag: Range<Int>) -> UInt64? {
        var start = tag.upperBound
        while start > tag.lowerBound, UInt8(ascii: "0")...UInt8(ascii: "9") ~= body[start - 1] { start -= 1 }
        guard start > tag.lowerBound, start < tag.upperBound, body[start - 1] == UInt8(ascii: " ") else {
            return nil
        }
        var value: UInt64 = 0
        for index in start..<tag.upperBound {
            let (product, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(body[index] - UInt8(ascii: "0")))
            if over || carry { return nil }
            value = sum
        }
        return value
    }

    package static func write(tag: String, into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.commandComplete.rawValue) { $0.appendCString(tag) }
    }
}
