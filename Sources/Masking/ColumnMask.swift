/// How a cell is written (PostgreSQL manual, 55.2.5 "Formats and Format Codes").
package enum CellFormat: Sendable {
    case text
    case binary
}

/// What becomes of one column's cells.
package struct ColumnMask: Sendable {
    package enum Rule: Sendable {
        /// Relayed byte for byte.
        case pass
        /// Every cell is masked.
        case mask(MaskMethod)
        /// What a detector finds in a cell is masked; the rest of the cell stays.
        case detect(DetectorSet, MaskMethod)
        /// Cells stay, and those in which one of the forms is found count as masked.
        case search([MaskedForm])
    }

    /// `pg_type.oid` as RowDescription gives it: for a domain its base type. One that is not known here is masked to
    /// NULL, unless `kind` says what it is.
    package let type: UInt32
    package let format: CellFormat
    package let rule: Rule
    let kind: ValueKind
    let isPassed: Bool

    package init(type: UInt32, format: CellFormat, rule: Rule, kind: ValueKind? = nil) {
        self.type = type
        self.format = format
        self.rule = rule
        self.kind = kind ?? ValueKind(type: type)
        isPassed = if case .pass = rule { true } else { false }
    }

    /// Whether its cells are looked at.
    package var isMasked: Bool { !isPassed }

    package static let pass = ColumnMask(type: 0, format: .text, rule: .pass)
}
