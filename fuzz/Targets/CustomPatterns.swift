/// A pattern on the first line, a text behind it: what cannot be used is refused, and what it finds lies in the text, in order
/// and without overlap. The first byte chooses the check and the context.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first, let end = bytes.firstIndex(of: 0x0a) else { return 0 }
    let pattern = CustomPattern(
        name: "fuzzed", pattern: String(decoding: bytes[1..<max(end, 1)], as: UTF8.self),
        check: [nil, .luhn, .mod97][Int(first) % 3], context: first & 0x80 == 0 ? [] : ["account", "n"])
    let other = CustomPattern(name: "other", pattern: "[0-9]{4,12}", check: nil, context: [])
    guard let custom = try? CustomDetectors([pattern, other]) else { return 0 }
    let text = Array(bytes[(end + 1)...])
    var last = 0
    for range in custom.ranges(in: text.span, chosen: [0, 1]) {
        precondition(range.lowerBound >= last && !range.isEmpty)
        last = range.upperBound
    }
    precondition(last <= text.count)
    let detectors = DetectorSet([.email], custom: custom, chosen: [0, 1])
    var masked: [UInt8] = []
    _ = detectors.mask(text.span, .redacted, into: &masked)
    return 0
}
