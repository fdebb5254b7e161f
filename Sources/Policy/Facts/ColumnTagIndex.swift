package import APIModels

/// The tags of a resource's columns, by column.
package struct ColumnTagIndex: Hashable, Sendable {
    private let tagsByColumn: [String: [String]]

    package init(_ columns: [ColumnTags]) {
        tagsByColumn = Dictionary(columns.map { ($0.column.description, $0.tags) }) { $0 + $1 }
    }

    package var isEmpty: Bool { tagsByColumn.isEmpty }

    /// The tags of a column that is written as `QualifiedName` joins it.
    package func tags(of column: String) -> [String] { tagsByColumn[column] ?? [] }
}
