/// Walks the pairs of an `hstore` (manual, F.18) and puts others in their place, keys and values alike. NULL values stay; a value
/// for which `transform` answers `null` becomes NULL, a key makes the whole NULL. Of pairs whose keys have become one the first
/// stays.
///
/// Text as `hstore_out` writes it: `"a"=>"1", "b"=>NULL`. Binary (`hstore_send`): the number of pairs, then for each the key with
/// its length and the value with its, -1 for NULL.
struct HstoreRewriter {
    let format: CellFormat

    typealias Transform = (Span<UInt8>, inout [UInt8]) -> CellOutcome

    private typealias Pair = (key: [UInt8], value: [UInt8]?)

    func rewrite(_ cell: Span<UInt8>, into out: inout [UInt8], _ transform: Transform) -> CellOutcome {
        guard let pairs = format == .text ? Self.text(cell) : Self.binary(cell) else { return .null }
        var outcome = CellOutcome.same
        var keys: Set<[UInt8]> = []
        var masked: [Pair] = []
        for pair in pairs {
            var key: [UInt8] = []
            switch transform(pair.key.span, &key) {
            case .same: break
            case .masked: outcome = .masked
            case .null: return .null
            }
            var value: [UInt8]?
            if let original = pair.value {
                var other: [UInt8] = []
                let result = transform(original.span, &other)
                if result != .same { outcome = .masked }
                value = result == .null ? nil : other
            }
            if keys.insert(key).inserted { masked.append((key, value)) }
        }
        if outcome == .same {
            out.append(cell)
        } else if format == .text {
            Self.appendText(masked, into: &out)
        } else {
            Self.appendBinary(masked, into: &out)
        }
        return outcome
    }

    private static func text(_ cell: Span<UInt8>) -> [Pair]? {
        var pairs: [Pair] = []
        var index = 0
        func skip(_ text: String) -> Bool {
            let bytes = Array(text.utf8)
            guard cell.count - index >= bytes.count,
                cell.extracting(index..<(index + bytes.count)).equals(bytes.span)
            else { return false }
            index += bytes.count
            return true
        }
        func quoted() -> [UInt8]? {
            guard skip("\"") else { return nil }
            var value: [UInt8] = []
            while index < cell.count {
                let byte = cell[index]
                index += 1
                if byte == UInt8(ascii: "\"") { return value }
                guard byte == UInt8(ascii: "\\") else {
                    value.append(byte)
                    continue
                }
                guard index < cell.count else { return nil }
                value.append(cell[index])
                index += 1
            }
            return nil
        }
        while index < cell.count {
            if !pairs.isEmpty, !skip(", ") { return nil }
            guard let key = quoted(), skip("=>") else { return nil }
            if skip("NULL") {
                pairs.append((key, nil))
            } else {
                guard let value = quoted() else { return nil }
                pairs.append((key, value))
            }
        }
        return pairs
    }

    private static func binary(_ cell: Span<UInt8>) -> [Pair]? {
        guard cell.count >= 4 else { return nil }
        let count = Int(cell.bigEndianUInt32(at: 0))
        guard count <= (cell.count - 4) / 8 else { return nil }
        var pairs: [Pair] = []
        var offset = 4
        /// A length word and the bytes behind it; none for NULL, and nil when they do not fit.
        func part() -> [UInt8]?? {
            guard cell.count - offset >= 4 else { return nil }
            let length = Int32(bitPattern: cell.bigEndianUInt32(at: offset))
            offset += 4
            if length == -1 { return .some(nil) }
            guard length >= 0, Int(length) <= cell.count - offset else { return nil }
            var value: [UInt8] = []
            value.append(cell.extracting(offset..<(offset + Int(length))))
            offset += Int(length)
            return value
        }
        for _ in 0..<count {
            guard case let key?? = part(), let value = part() else { return nil }
            pairs.append((key, value))
        }
        return offset == cell.count ? pairs : nil
    }

    private static func appendText(_ pairs: [Pair], into out: inout [UInt8]) {
        func append(quoted value: [UInt8]) {
            out.append(UInt8(ascii: "\""))
            for byte in value {
                if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(UInt8(ascii: "\\")) }
                out.append(byte)
            }
            out.append(UInt8(ascii: "\""))
        }
        for (number, pair) in pairs.enumerated() {
            if number > 0 { out.append(contentsOf: ", ".utf8) }
            append(quoted: pair.key)
            out.append(contentsOf: "=>".utf8)
            if let value = pair.value { append(quoted: value) } else { out.append(contentsOf: "NULL".utf8) }
        }
    }

    private static func appendBinary(_ pairs: [Pair], into out: inout [UInt8]) {
        out.appendBigEndian(UInt32(truncatingIfNeeded: pairs.count))
        for pair in pairs {
            out.appendBigEndian(UInt32(truncatingIfNeeded: pair.key.count))
            out += pair.key
            guard let value = pair.value else {
                out.appendBigEndian(UInt32.max)
                continue
            }
            out.appendBigEndian(UInt32(truncatingIfNeeded: value.count))
            out += value
        }
    }
}
