import Crypto

@testable import Masking

/// The key of every test.
let testKey = MaskKey(SymmetricKey(data: Array(repeating: 7, count: 32)))

/// What `rule` makes of one cell: its bytes, or nil for NULL.
func rewritten(
    _ cell: [UInt8], type: UInt32, format: CellFormat = .text, rule: ColumnMask.Rule, kind: ValueKind? = nil
) -> [UInt8]? {
    let column = ColumnMask(type: type, format: format, rule: rule, kind: kind)
    var out: [UInt8] = []
    return column.rewriteValue(cell.span, into: &out) == .null ? nil : out
}

/// The same for text in and out.
func masked(_ cell: String, type: UInt32, _ method: MaskMethod) -> String? {
    rewritten(Array(cell.utf8), type: type, rule: .mask(method)).map { String(decoding: $0, as: UTF8.self) }
}

func detected(_ cell: String, type: UInt32 = 25, _ method: MaskMethod = .redacted) -> String? {
    rewritten(Array(cell.utf8), type: type, rule: .detect(.all, method)).map {
        String(decoding: $0, as: UTF8.self)
    }
}

/// A DataRow body.
func row(_ cells: [[UInt8]?]) -> [UInt8] {
    var body: [UInt8] = []
    body.appendBigEndian(UInt16(cells.count))
    for cell in cells {
        guard let cell else {
            body.appendBigEndian(UInt32.max)
            continue
        }
        body.appendBigEndian(UInt32(cell.count))
        body += cell
    }
    return body
}

func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = [type.asciiValue ?? 0]
    bytes.appendBigEndian(UInt32(body.count + 4))
    return bytes + body
}

/// xorshift64*: the same bytes on every run and machine.
struct FixedRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }
}
