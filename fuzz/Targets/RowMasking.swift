import Crypto

/// One cell of every known type, method and format, then the same bytes as a row. The first byte chooses the type.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let cell = Array(bytes.dropFirst())
    let type = types[Int(first) % types.count]
    for format in [CellFormat.text, .binary] {
        for rule in rules {
            var out: [UInt8] = []
            _ = ColumnMask(type: type, format: format, rule: rule).rewriteCell(cell.span, into: &out)
            precondition(out.count >= 4)
            var masker = RowMasker(columns: [
                ColumnMask(type: type, format: format, rule: rule), .pass,
                ColumnMask(type: 25, format: format, rule: rule),
            ])
            out = [1]
            do throws(MaskingFailure) {
                try masker.rewrite(cell.span, into: &out)
                precondition(Int(out.span.bigEndianUInt32(at: 2)) == out.count - 2)
            } catch {
                precondition(out == [1])
            }
        }
    }
    return 0
}

private let types: [UInt32] = [
    25, 19, 21, 23, 20, 26, 1700, 700, 701, 16, 1082, 1114, 1184, 2950, 114, 3802, 17, 1009, 1007, 1231, 3807,
    2249, 869, 650, 829, 774, 1083, 1266, 1560, 1562, 600,
]

private let key = MaskKey(SymmetricKey(data: [UInt8](repeating: 1, count: 32)))

private let rules: [ColumnMask.Rule] = [
    .mask(.redacted), .mask(.redact(text: Array("1".utf8))), .mask(.partial(keepFirst: 2, keepLast: 3)),
    .mask(.hash(key)), .mask(.tokenize(Tokenizer(key))), .detect(.all, .redacted),
]
