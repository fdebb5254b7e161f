package import APIModels

/// The masks that go with a decision: what covers a column, a tag, a detector, the strictest of all rules
/// that apply.
///
/// A plan is shared by all decisions that came to it without rules of their own; compare with `===` to keep
/// what was made from one.
package final class MaskPlan: Sendable {
    /// A strategy, and the rules that asked for it or for less.
    package struct Mask: Hashable, Sendable {
        package let strategy: MaskStrategy
        /// The rule that gave the strategy; of several the first by policy name.
        package let policy: Name
        package let rule: Int
    }

    private let byColumn: [String: Mask]
    private let byColumnPattern: [(pattern: Glob, mask: Mask)]
    private let byTag: [String: Mask]
    private let byDetector: [String: Mask]
    /// What was put together, for answers and records.
    package let applied: [AppliedMask]

    fileprivate init(_ builder: Builder) {
        byColumn = builder.byColumn
        byColumnPattern = builder.byColumnPattern
        byTag = builder.byTag
        byDetector = builder.byDetector
        applied = builder.applied
    }

    package static let empty = MaskPlan(Builder())

    package var isEmpty: Bool { applied.isEmpty }
    package var coversColumns: Bool { !byColumn.isEmpty || !byColumnPattern.isEmpty || !byTag.isEmpty }

    /// The detectors to run over values, with what becomes of a find. Ordered by name.
    package var detectors: [(name: String, mask: Mask)] {
        byDetector.map { (name: $0.key, mask: $0.value) }.sorted { $0.name < $1.name }
    }

    /// How to mask a column, or nil to leave it. The name is written as `QualifiedName` joins it.
    package func mask(column: String, tags: [String]) -> Mask? {
        var strictest = byColumn[column]
        for tag in tags { strictest = Self.stricter(strictest, byTag[tag]) }
        for (pattern, mask) in byColumnPattern where pattern.matches(column) {
            strictest = Self.stricter(strictest, mask)
        }
        return strictest
    }

    /// How to mask an output that may come from any of these columns: the strictest that covers one, or nil.
    package func mask(anyOf columns: [ColumnFact]) -> Mask? {
        columns.reduce(nil as Mask?) { Self.stricter($0, mask(column: $1.name, tags: $1.tags)) }
    }

    /// The strictest that covers any column at all: for an output of which nothing is known.
    package var strictestForColumns: Mask? {
        let masks = Array(byColumn.values) + byColumnPattern.map(\.mask) + Array(byTag.values)
        return masks.sorted { ($0.policy, $0.rule) < ($1.policy, $1.rule) }.reduce(
            nil as Mask?, Self.stricter)
    }

    fileprivate static func stricter(_ left: Mask?, _ right: Mask?) -> Mask? {
        guard let left, let right else { return left ?? right }
        let strategy = left.strategy.strictest(right.strategy)
        if strategy == left.strategy && strategy == right.strategy {
            return (left.policy, left.rule) <= (right.policy, right.rule) ? left : right
        }
        let source = strategy == right.strategy ? right : left
        return Mask(strategy: strategy, policy: source.policy, rule: source.rule)
    }
}

extension MaskPlan {
    /// Puts masks together; the order does not matter.
    struct Builder: Sendable {
        fileprivate var byColumn: [String: Mask] = [:]
        fileprivate var byColumnPattern: [(pattern: Glob, mask: Mask)] = []
        fileprivate var byTag: [String: Mask] = [:]
        fileprivate var byDetector: [String: Mask] = [:]
        fileprivate var applied: [AppliedMask] = []

        mutating func add(_ target: MaskTarget, _ strategy: MaskStrategy, policy: Name, rule: Int) {
            let mask = Mask(strategy: strategy, policy: policy, rule: rule)
            for column in target.columns {
                if column.isLiteral {
                    byColumn[Self.canonical(column)] = MaskPlan.stricter(
                        byColumn[Self.canonical(column)], mask)
                } else if let index = byColumnPattern.firstIndex(where: { $0.pattern == column }) {
                    byColumnPattern[index].mask = MaskPlan.stricter(byColumnPattern[index].mask, mask) ?? mask
                } else {
                    byColumnPattern.append((column, mask))
                }
            }
            for tag in target.tags { byTag[tag] = MaskPlan.stricter(byTag[tag], mask) }
            for detector in target.detectors {
                byDetector[detector] = MaskPlan.stricter(byDetector[detector], mask)
            }
            applied.append(
                AppliedMask(
                    policy: policy, rule: rule, columns: target.columns.map(\.description), tags: target.tags,
                    detectors: target.detectors, with: strategy))
        }

        /// The one spelling of a column's name: quotes only where they are needed.
        private static func canonical(_ column: Glob) -> String {
            QualifiedName.split(column.description).map(QualifiedName.join) ?? column.description
        }

        func built() -> MaskPlan { applied.isEmpty ? .empty : MaskPlan(self) }
    }
}
