/// COPY data in pieces: what comes out must not depend on where it was cut. The first byte chooses the format and the size.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let data = Array(bytes.dropFirst())
    let options = formats[Int(first & 3)]
    let whole = copied(data, options, pieces: max(data.count, 1))
    let cut = copied(data, options, pieces: 1 + Int(first >> 2))
    // After a failure the pieces before it have been passed on; a success is the same success.
    precondition((whole == nil) == (cut == nil))
    if let whole, let cut { precondition(whole == cut) }
    return 0
}

private let formats: [CopyOptions] = [
    .text, .csv, .binary,
    .csv(delimiter: 0x3b, null: Array("x".utf8), hasHeader: true, quote: 0x27, escape: 0x5c),
]

private func copied(_ data: [UInt8], _ options: CopyOptions, pieces size: Int) -> [UInt8]? {
    let format: CellFormat = options == .binary ? .binary : .text
    let forms = [MaskedForm(.redacted), MaskedForm(.partial(keepFirst: 0, keepLast: 2))].compactMap(\.self)
    let rules: [ColumnMask.Rule] = [.search(forms), .pass, .mask(.redacted), .detect(.all, .redacted)]
    let columns = rules.map { ColumnMask(type: 25, format: format, rule: $0) }
    guard var masker = try? CopyMasker(options, columns: columns) else { return nil }
    var payload: [UInt8] = []
    for offset in stride(from: 0, to: data.count, by: size) {
        var out: [UInt8] = []
        let piece = Array(data[offset..<min(offset + size, data.count)])
        guard (try? masker.rewrite(piece.span, into: &out)) != nil else { return nil }
        payload += out.dropFirst(5)
    }
    return (try? masker.finish()) == nil ? nil : payload
}
