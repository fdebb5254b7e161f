/// How a value is written (manual, 55.2.5 "Formats and Format Codes").
package enum ValueFormat: UInt16, Sendable {
    case text = 0
    case binary = 1
}

/// Format codes of a message as they lie in its body: none means text for all, one holds for all, else one each.
package struct FormatList: Sendable, Equatable {
    package let count: Int
    let offset: Int

    /// Reads the count and the codes, and refuses codes that the protocol does not define.
    init(_ reader: inout BodyReader, _ body: Span<UInt8>) throws(WireViolation) {
        // Unsigned, as the server reads it: there may be 65,535 parameters.
        count = Int(try reader.uint16(body))
        offset = reader.offset
        for _ in 0..<count {
            let code = try reader.uint16(body)
            guard code <= 1 else { throw .unsupportedFormat(code) }
        }
    }

    /// The format of item `index`; an index beyond the codes given has no format.
    package func format(of index: Int, in body: Span<UInt8>) -> ValueFormat? {
        if count == 0 { return .text }
        let position = count == 1 ? 0 : index
        guard position >= 0, position < count, offset + 2 * position + 2 <= body.count else { return nil }
        return ValueFormat(rawValue: body.bigEndianUInt16(at: offset + 2 * position))
    }
}

/// Object ids as they lie in a message's body.
package struct OIDList: Sendable, Equatable {
    package let count: Int
    let offset: Int

    init(_ reader: inout BodyReader, _ body: Span<UInt8>) throws(WireViolation) {
        count = Int(try reader.uint16(body))
        offset = try reader.skip(4 * count).lowerBound
    }

    package func oid(at index: Int, in body: Span<UInt8>) -> UInt32? {
        guard index >= 0, index < count, offset + 4 * index + 4 <= body.count else { return nil }
        return body.bigEndianUInt32(at: offset + 4 * index)
    }

    package func array(in body: Span<UInt8>) -> [UInt32] {
        (0..<count).compactMap { oid(at: $0, in: body) }
    }
}

/// One parameter or cell: NULL, or where its bytes lie in the body.
package enum WireValue: Sendable, Equatable {
    case null
    case bytes(Range<Int>)
}

/// Length-prefixed values of a Bind or DataRow, checked as a whole when decoded and walked without an allocation.
package struct ValueList: Sendable, Equatable {
    package let count: Int
    /// From the first value's length word to the end of the last value.
    package let range: Range<Int>

    init(_ reader: inout BodyReader, _ body: Span<UInt8>) throws(WireViolation) {
        count = Int(try reader.uint16(body))
        let start = reader.offset
        for _ in 0..<count {
            let length = Int(Int32(bitPattern: try reader.uint32(body)))
            if length == -1 { continue }
            guard length >= 0 else { throw .invalidCount(length) }
            _ = try reader.skip(length)
        }
        range = start..<reader.offset
    }

    package func walk() -> Walk { Walk(offset: range.lowerBound, end: range.upperBound) }

    /// All values; for tests and cold paths.
    package func array(in body: Span<UInt8>) -> [WireValue] {
        var walk = walk()
        var values: [WireValue] = []
        while let value = walk.next(in: body) { values.append(value) }
        return values
    }

    /// Yields the values in order, nil behind the last one.
    package struct Walk: Sendable {
        var offset: Int
        let end: Int

        package mutating func next(in body: Span<UInt8>) -> WireValue? {
            guard end - offset >= 4, end <= body.count else { return nil }
            let length = Int(Int32(bitPattern: body.bigEndianUInt32(at: offset)))
            offset += 4
            guard length >= 0 else { return .null }
            guard length <= end - offset else { return nil }
            defer { offset += length }
            return .bytes(offset..<(offset + length))
        }
    }
}
