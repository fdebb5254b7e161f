extension ValueMask {
    /// `bit` and `varbit`: as many bits as before. Binary: their count in four bytes, then the bits, most significant first
    /// (`varbit_send`). A hash makes at most 256.
    func appendBits(_ format: CellFormat, _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        guard let value = Self.bits(format, cell), let masked = masked(bits: value) else { return false }
        switch format {
        case .text: out += masked.map { $0 == 0 ? UInt8(ascii: "0") : UInt8(ascii: "1") }
        case .binary:
            out.appendBigEndian(UInt32(truncatingIfNeeded: masked.count))
            for start in stride(from: 0, to: masked.count, by: 8) {
                let byte = masked[start..<min(start + 8, masked.count)].enumerated().reduce(UInt8(0)) {
                    $0 | UInt8(truncatingIfNeeded: $1.element) << UInt8(7 - $1.offset)
                }
                out.append(byte)
            }
        }
        return true
    }

    private static func bits(_ format: CellFormat, _ cell: Span<UInt8>) -> [UInt32]? {
        switch format {
        case .text:
            var bits: [UInt32] = []
            for index in cell.indices {
                guard cell[index] == UInt8(ascii: "0") || cell[index] == UInt8(ascii: "1") else { return nil }
                bits.append(UInt32(cell[index] - UInt8(ascii: "0")))
            }
            return bits
        case .binary:
            guard cell.count >= 4 else { return nil }
            let count = Int(cell.bigEndianUInt32(at: 0))
            guard cell.count - 4 == (count + 7) / 8 else { return nil }
            return (0..<count).map { UInt32(cell[4 + $0 / 8] >> UInt8(7 - $0 % 8) & 1) }
        }
    }

    private func masked(bits value: [UInt32]) -> [UInt32]? {
        switch method {
        case .null: return nil
        case .redact(let text):
            guard let fixed = Self.bits(.text, text.span), fixed.count == value.count else { return nil }
            return fixed
        case .partial(let first, let last):
            let hidesAll = first + last >= value.count
            return value.enumerated().map { index, bit in
                !hidesAll && (index < first || index >= value.count - last) ? bit : 0
            }
        case .hash(let key):
            guard value.count <= 256 else { return nil }
            let written = value.map { UInt8(truncatingIfNeeded: $0) }
            let code = key.code(.hash, written.span)
            return value.indices.map { UInt32(code[$0 / 8] >> UInt8(7 - $0 % 8) & 1) }
        case .tokenize(let tokenizer): return tokenizer.digits(value, radix: 2, domain: .bits)
        }
    }
}
