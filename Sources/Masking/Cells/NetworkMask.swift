/// An address of `inet` or a network of `cidr`. Binary: the family (2 or 3), the length of the prefix, whether it is a
/// `cidr`, the count of bytes, and the bytes of the address (`network_send`).
struct NetworkAddress: Equatable {
    /// 4 or 16 bytes, most significant first.
    var bytes: [UInt8]
    var prefix: Int

    /// Nil when it is neither; `10.1.2.3`, `10.0.0.0/8`, `2001:db8::1/64`.
    init?(_ text: Span<UInt8>) {
        var slash = 0
        while slash < text.count, text[slash] != UInt8(ascii: "/") { slash += 1 }
        let address = text.extracting(0..<slash)
        guard let bytes = Self.version4(address) ?? Self.version6(address) else { return nil }
        self.bytes = bytes
        prefix = 8 * bytes.count
        guard slash < text.count else { return }
        guard let length = IntegerCodec.parse(text.extracting((slash + 1)..<text.count)),
            (0...Int64(prefix)).contains(length)
        else { return nil }
        prefix = Int(length)
    }

    init?(binary cell: Span<UInt8>) {
        guard cell.count >= 4, cell[0] == 2 || cell[0] == 3 else { return nil }
        let count = cell[0] == 2 ? 4 : 16
        guard Int(cell[3]) == count, cell.count == 4 + count, Int(cell[1]) <= 8 * count else { return nil }
        bytes = []
        bytes.append(cell.extracting(4..<cell.count))
        prefix = Int(cell[1])
    }

    private static func version4(_ text: Span<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var index = 0
        while true {
            let end = text.run(from: index, atMost: 3) { $0.isDigit }
            guard let value = IntegerCodec.parse(text.extracting(index..<end)), value <= 255 else {
                return nil
            }
            bytes.append(UInt8(value))
            if bytes.count == 4 { return end == text.count ? bytes : nil }
            guard text.byte(end) == UInt8(ascii: ".") else { return nil }
            index = end + 1
        }
    }

    /// Groups of hexadecimal digits, `::` once for as many zeros as are missing, perhaps IPv4 at the end (RFC 4291, 2.2).
    private static func version6(_ text: Span<UInt8>) -> [UInt8]? {
        let colon = UInt8(ascii: ":")
        var bytes: [UInt8] = []
        var gap: Int?
        var index = 0
        if text.byte(0) == colon {
            guard text.byte(1) == colon else { return nil }
            gap = 0
            index = 2
        }
        while index < text.count {
            let end = text.run(from: index, atMost: 4) { $0.hexadecimalValue != nil }
            if text.byte(end) == UInt8(ascii: ".") {
                guard let last = version4(text.extracting(index..<text.count)) else { return nil }
                bytes += last
                break
            }
            guard end > index, bytes.count < 16 else { return nil }
            var group: UInt16 = 0
            for digit in index..<end { group = group << 4 | UInt16(text[digit].hexadecimalValue ?? 0) }
            bytes.appendBigEndian(group)
            index = end
            guard index < text.count else { break }
            guard text[index] == colon, index + 1 < text.count else { return nil }
            index += 1
            if text[index] == colon {
                guard gap == nil else { return nil }
                gap = bytes.count
                index += 1
            }
        }
        guard let gap else { return bytes.count == 16 ? bytes : nil }
        guard bytes.count < 16 else { return nil }
        bytes.insert(contentsOf: [UInt8](repeating: 0, count: 16 - bytes.count), at: gap)
        return bytes
    }

    func append(_ format: CellFormat, isNetwork: Bool, into out: inout [UInt8]) {
        switch format {
        case .binary:
            out += [bytes.count == 4 ? 2 : 3, UInt8(prefix), isNetwork ? 1 : 0, UInt8(bytes.count)]
            out += bytes
        case .text:
            if bytes.count == 4 {
                out += bytes.map { "\($0)" }.joined(separator: ".").utf8
            } else {
                let groups = stride(from: 0, to: 16, by: 2).map {
                    UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
                }
                out += groups.map { String($0, radix: 16) }.joined(separator: ":").utf8
            }
            if isNetwork || prefix < 8 * bytes.count { out += "/\(prefix)".utf8 }
        }
    }

    /// The bits behind the prefix, which a network has none of, as 0.
    mutating func clearHost() {
        for index in bytes.indices {
            let kept = min(max(prefix - 8 * index, 0), 8)
            bytes[index] &= UInt8(truncatingIfNeeded: 0xff00 >> kept)
        }
    }

    /// The bits of the prefix as digits.
    var prefixBits: [UInt32] {
        get { (0..<prefix).map { UInt32(bytes[$0 / 8] >> UInt8(7 - $0 % 8) & 1) } }
        set {
            for (index, bit) in newValue.prefix(prefix).enumerated() {
                let mask = UInt8(1) << UInt8(7 - index % 8)
                if bit == 0 { bytes[index / 8] &= ~mask } else { bytes[index / 8] |= mask }
            }
        }
    }
}

extension ValueMask {
    /// The family and the length of the prefix stay. Numbers of an address cannot be kept in part: `partial` gives NULL.
    func appendNetwork(
        _ isNetwork: Bool, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        let address = format == .text ? NetworkAddress(cell) : NetworkAddress(binary: cell)
        guard var masked = address else { return false }
        switch method {
        case .null, .partial: return false
        case .redact(let text):
            guard let fixed = NetworkAddress(text.span) else { return false }
            masked = fixed
        case .hash(let key):
            masked.bytes = Array(key.code(.hash, masked.bytes.span).prefix(masked.bytes.count))
        case .tokenize(let tokenizer):
            if isNetwork {
                guard let bits = tokenizer.digits(masked.prefixBits, radix: 2, domain: .network) else {
                    return false
                }
                masked.prefixBits = bits
            } else {
                guard
                    let bytes = tokenizer.digits(
                        masked.bytes.map { UInt32($0) }, radix: 256, domain: .network)
                else { return false }
                masked.bytes = bytes.map { UInt8(truncatingIfNeeded: $0) }
            }
        }
        if isNetwork { masked.clearHost() }
        masked.append(format, isNetwork: isNetwork, into: &out)
        return true
    }

    /// `macaddr` and `macaddr8`: six or eight bytes, in text as hexadecimal pairs with colons. `partial` counts digits.
    func appendHardwareAddress(
        _ count: Int, _ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]
    ) -> Bool {
        var value: [UInt8] = []
        switch format {
        case .binary: value.append(cell)
        case .text:
            guard let parsed = Self.hardwareAddress(cell) else { return false }
            value = parsed
        }
        guard value.count == count else { return false }
        let masked: [UInt8]
        switch method {
        case .null: return false
        case .redact(let text):
            guard let fixed = Self.hardwareAddress(text.span), fixed.count == count else { return false }
            masked = fixed
        case .partial(let first, let last):
            masked = Self.hidingDigits(of: value, keepFirst: first, keepLast: last)
        case .hash(let key): masked = Array(key.code(.hash, value.span).prefix(count))
        case .tokenize(let tokenizer):
            guard let token = tokenizer.bytes(value) else { return false }
            masked = token
        }
        guard format == .text else {
            out.append(contentsOf: masked)
            return true
        }
        for (index, byte) in masked.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ":")) }
            out.appendHexadecimal(byte)
        }
        return true
    }

    private static func hardwareAddress(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count % 3 == 2 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: text.count, by: 3) {
            guard start == 0 || text[start - 1] == UInt8(ascii: ":"), let high = text[start].hexadecimalValue,
                let low = text[start + 1].hexadecimalValue
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
