extension ValueMask {
    /// A label of the same enumeration; an enumeration of one label has nothing to hide it behind.
    func appendEnumeration(_ labels: [[UInt8]], _ cell: Span<UInt8>, into out: inout [UInt8]) -> Bool {
        guard labels.count > 1, let position = labels.firstIndex(where: { $0.span.equals(cell) }) else {
            return false
        }
        switch method {
        case .null, .partial: return false
        case .redact(let text):
            guard labels.contains(text) else { return false }
            out.append(contentsOf: text)
        case .hash(let key):
            out.append(contentsOf: labels[Int(hashNumber(key, cell) % UInt64(labels.count))])
        case .tokenize(let tokenizer):
            guard let token = tokenizer.label(position, of: labels) else { return false }
            out.append(contentsOf: token)
        }
        return true
    }
}
