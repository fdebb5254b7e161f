internal import Masking
internal import SQLInspection

extension ValueKind {
    /// The kind of any type of a database. What lies deeper than types are nested in practice is `opaque`.
    init(type: UInt32, in catalog: CatalogSnapshot, depth: Int = 0) {
        let known = ValueKind(type: type)
        guard known == .opaque, depth < Self.maximumDepth else {
            self = known
            return
        }
        func inner(_ type: UInt32) -> ValueKind { ValueKind(type: type, in: catalog, depth: depth + 1) }
        switch catalog.shape(ofType: type) {
        case .composite(let fields): self = .composite(fields.map(inner))
        case .enumeration(let labels): self = .enumeration(labels.map { Array($0.utf8) })
        case .array(let element): self = .array(of: inner(element), elementType: element)
        case .domain(let base): self = inner(base)
        case .text: self = .text
        case .range(let subtype):
            let bound = inner(subtype)
            self = bound.hasOrder ? .range(of: bound) : .opaque
        case .hstore: self = .hstore
        case .other: self = .opaque
        }
    }

    /// Composites of composites of arrays: each level multiplies what a description costs.
    private static let maximumDepth = 6
}
