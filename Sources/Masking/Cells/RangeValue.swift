/// A range as it is written (manual, 8.17.5; `range_send` of src/backend/utils/adt/rangetypes.c): in text `empty`, or
/// `[1,5)` with bounds quoted like fields of composites; in binary a byte of flags, then each bound that there is with its
/// length.
///
///     02  00 00 00 04  00 00 00 01  00 00 00 04  00 00 00 05      [1,5) of int4
struct RangeValue {
    var isEmpty = false
    var includesLower = false
    var includesUpper = false
    /// Nil where the range has no end on that side.
    var lower: [UInt8]?
    var upper: [UInt8]?

    private enum Flag {
        static let empty: UInt8 = 0x01
        static let lowerIncluded: UInt8 = 0x02
        static let upperIncluded: UInt8 = 0x04
        static let lowerInfinite: UInt8 = 0x08
        static let upperInfinite: UInt8 = 0x10
    }

    /// All of a cell; nil when it is no range.
    init?(_ format: CellFormat, _ cell: Span<UInt8>) {
        switch format {
        case .text:
            var index = 0
            self.init(text: cell, at: &index)
            if index != cell.count { return nil }
        case .binary: self.init(binary: cell)
        }
    }

    /// The range that begins at `index`, which then stands behind it.
    init?(text: Span<UInt8>, at index: inout Int) {
        let empty = Array("empty".utf8)
        if text.count - index >= empty.count,
            text.extracting(index..<(index + empty.count)).equals(empty.span)
        {
            isEmpty = true
            index += empty.count
            return
        }
        guard index < text.count, let opens = Self.bracket(text[index], "[", "(") else { return nil }
        includesLower = opens
        index += 1
        guard Self.readBound(text, &index, into: &lower), index < text.count, text[index] == UInt8(ascii: ",")
        else { return nil }
        index += 1
        guard Self.readBound(text, &index, into: &upper), index < text.count,
            let closes = Self.bracket(text[index], "]", ")")
        else { return nil }
        includesUpper = closes
        index += 1
    }

    private static func bracket(_ byte: UInt8, _ included: Unicode.Scalar, _ excluded: Unicode.Scalar)
        -> Bool?
    {
        if byte == UInt8(ascii: included) { return true }
        return byte == UInt8(ascii: excluded) ? false : nil
    }

    /// Up to what ends a bound; nothing at all is no bound.
    private static func readBound(_ text: Span<UInt8>, _ index: inout Int, into bound: inout [UInt8]?) -> Bool
    {
        var value: [UInt8] = []
        guard let isQuoted = QuotedField.read(text, &index, into: &value, until: endsBound) else {
            return false
        }
        bound = isQuoted || !value.isEmpty ? value : nil
        return true
    }

    private static func endsBound(_ byte: UInt8) -> Bool {
        [UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "("), UInt8(ascii: ")")]
            .contains(byte)
    }

    private init?(binary cell: Span<UInt8>) {
        guard cell.count >= 1, cell[0] & 0xe0 == 0 else { return nil }
        let flags = cell[0]
        isEmpty = flags & Flag.empty != 0
        if isEmpty {
            if flags != Flag.empty || cell.count != 1 { return nil }
            return
        }
        includesLower = flags & Flag.lowerIncluded != 0
        includesUpper = flags & Flag.upperIncluded != 0
        var offset = 1
        func bound() -> [UInt8]? {
            guard cell.count - offset >= 4 else { return nil }
            let length = Int(cell.bigEndianUInt32(at: offset))
            guard length <= cell.count - offset - 4 else { return nil }
            var value: [UInt8] = []
            value.append(cell.extracting((offset + 4)..<(offset + 4 + length)))
            offset += 4 + length
            return value
        }
        if flags & Flag.lowerInfinite == 0 {
            guard let value = bound() else { return nil }
            lower = value
        }
        if flags & Flag.upperInfinite == 0 {
            guard let value = bound() else { return nil }
            upper = value
        }
        if offset != cell.count { return nil }
    }

    func append(_ format: CellFormat, into out: inout [UInt8]) {
        switch format {
        case .text: appendText(into: &out)
        case .binary: appendBinary(into: &out)
        }
    }

    private func appendText(into out: inout [UInt8]) {
        if isEmpty {
            out.append(contentsOf: "empty".utf8)
            return
        }
        out.append(includesLower ? UInt8(ascii: "[") : UInt8(ascii: "("))
        Self.append(bound: lower, into: &out)
        out.append(UInt8(ascii: ","))
        Self.append(bound: upper, into: &out)
        out.append(includesUpper ? UInt8(ascii: "]") : UInt8(ascii: ")"))
    }

    private static func append(bound: [UInt8]?, into out: inout [UInt8]) {
        guard let bound else { return }
        let isPlain = bound.allSatisfy { byte in
            byte > 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && !endsBound(byte)
        }
        if isPlain, !bound.isEmpty {
            out += bound
            return
        }
        out.append(UInt8(ascii: "\""))
        for byte in bound {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(byte) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
    }

    private func appendBinary(into out: inout [UInt8]) {
        if isEmpty {
            out.append(Flag.empty)
            return
        }
        var flags: UInt8 = 0
        if includesLower { flags |= Flag.lowerIncluded }
        if includesUpper { flags |= Flag.upperIncluded }
        if lower == nil { flags |= Flag.lowerInfinite }
        if upper == nil { flags |= Flag.upperInfinite }
        out.append(flags)
        for case let bound? in [lower, upper] {
            out.appendBigEndian(UInt32(truncatingIfNeeded: bound.count))
            out += bound
        }
    }
}
