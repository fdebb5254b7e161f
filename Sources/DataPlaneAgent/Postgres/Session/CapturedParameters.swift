internal import PostgresWire

/// Parameters of a Bind, kept for the record: the message's own form (format codes, then length-prefixed values).
struct CapturedParameters {
    /// 1 for each value in binary, 0 for text; none at all when every one is text.
    var formats: [UInt8] = []
    var values: [UInt8] = []
    var count = 0
    /// Values beyond the cap were left out: a statement that needs an approval is refused then.
    var isTruncated = false

    static var none: CapturedParameters { CapturedParameters() }
    /// Bytes of values kept for the record.
    static let cap = 16 << 10
}

extension CapturedParameters {
    /// Copies the format codes and the values, whole values up to the cap.
    init(_ message: BindMessage, in body: Span<UInt8>) {
        count = message.parameters.count
        guard count > 0 else { return }
        let range = message.parameters.range
        if range.count <= Self.cap {
            values = body.copy(range)
        } else {
            var walk = message.parameters.walk()
            var end = range.lowerBound
            var kept = 0
            while let value = walk.next(in: body) {
                let next = if case .bytes(let bytes) = value { bytes.upperBound } else { end + 4 }
                guard next - range.lowerBound <= Self.cap else { break }
                end = next
                kept += 1
            }
            values = body.copy(range.lowerBound..<end)
            count = kept
            isTruncated = true
        }
        // No codes mean text for all; so does the one code 0.
        let codes = message.parameterFormats
        if codes.count == 0 || (codes.count == 1 && codes.format(of: 0, in: body) == .text) { return }
        formats = (0..<count).map { codes.format(of: $0, in: body) == .binary ? 1 : 0 }
    }

    func isBinary(_ index: Int) -> Bool { index < formats.count && formats[index] == 1 }
}

extension Range<Int> {
    func shifted(by offset: Int) -> Range<Int> { (lowerBound + offset)..<(upperBound + offset) }
}
