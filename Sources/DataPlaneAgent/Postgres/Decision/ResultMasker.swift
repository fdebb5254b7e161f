internal import APIModels
internal import Masking
internal import Policy
internal import PostgresWire
internal import SQLInspection

/// Rewrites the rows of one result: which columns, by what the server says of them and by their lineage.
final class ResultMasker {
    private var rows: RowMasker

    /// Nil when no column of this result is masked.
    init?(_ description: RowDescription, of plan: StatementPlan, statement index: Int, _ desk: DecisionDesk) {
        let sources = ColumnSources(plan, statement: index, columnCount: description.fields.count, desk)
        let masks = plan.decision.masks
        let detectors = desk.detectors(of: masks)
        let columns = description.fields.enumerated().map { number, field in
            let format: CellFormat = field.format == .binary ? .binary : .text
            if let mask = sources.mask(of: field, number: number) {
                return ColumnMask(
                    type: field.type, format: format,
                    rule: .mask(MaskMethod(mask.strategy, key: desk.view.maskKey)))
            }
            if let detectors {
                return ColumnMask(
                    type: field.type, format: format, rule: .detect(detectors.set, detectors.method))
            }
            return ColumnMask.pass
        }
        rows = RowMasker(columns: columns)
        guard rows.isNeeded else { return nil }
    }

    func rewriteRow(_ body: Span<UInt8>, into bytes: inout [UInt8]) throws(MaskingFailure) {
        try rows.rewrite(body, into: &bytes)
    }

    var maskedCells: UInt64 { rows.maskedCells.reduce(0, +) }
}

/// Where the columns of a result come from. What the server says may add to what the inspection found, and never takes
/// anything away: it is silent for expressions, and names one branch of a UNION.
private struct ColumnSources {
    private let plan: StatementPlan
    private let outputs: [SQLInspection.OutputColumn]?
    private let desk: DecisionDesk

    init(_ plan: StatementPlan, statement index: Int, columnCount: Int, _ desk: DecisionDesk) {
        self.plan = plan
        self.desk = desk
        let statements = plan.inspection.statements
        if !plan.isMerged, statements.indices.contains(index), statements[index].outputsAreComplete,
            statements[index].outputs.count == columnCount
        {
            outputs = statements[index].outputs
        } else {
            outputs = nil
        }
    }

    func mask(of field: RowDescription.Field, number: Int) -> MaskPlan.Mask? {
        let masks = plan.decision.masks
        guard masks.coversColumns else { return nil }
        var columns: [ColumnFact] = []
        if field.table != 0, field.attribute > 0 {
            columns += desk.columnFacts(
                for: ColumnID(table: field.table, attribute: field.attribute), use: .output)
        }
        switch outputs?[number].lineage {
        case .columns(let lineage)?:
            for column in lineage { columns += desk.columnFacts(for: column, use: .output) }
        case .some(.none):
            break
        case .unknown?, nil:
            // Nothing is known of it: it may be any of what the statement touches.
            // Literals of definitions, plans and statements may be values of any column.
            if plan.inspection.statements.contains(where: \.showsHidden) { return masks.strictestForColumns }
            guard plan.touchesMasked else { break }
            if plan.facts.hasUnprovenColumns { return masks.strictestForColumns }
            columns += plan.facts.columns
        }
        return masks.mask(anyOf: columns)
    }
}

extension DecisionDesk {
    /// The detectors that policy runs over values, with the strictest of their methods.
    func detectors(of masks: MaskPlan) -> (set: DetectorSet, method: MaskMethod)? {
        let wanted = masks.detectors
        guard let first = wanted.first else { return nil }
        let strategy = wanted.dropFirst().reduce(first.mask.strategy) { $0.strictest($1.mask.strategy) }
        return (
            DetectorSet(wanted.flatMap { Detector.named($0.name) ?? Detector.allCases }),
            MaskMethod(strategy, key: view.maskKey)
        )
    }
}

extension MaskMethod {
    init(_ strategy: MaskStrategy, key: MaskKey) {
        switch strategy {
        case .null: self = .null
        case .redact(let text): self = text.map { .redact(text: Array($0.utf8)) } ?? .redacted
        case .hash: self = .hash(key)
        case .partial(let first, let last): self = .partial(keepFirst: first, keepLast: last)
        case .tokenize: self = .tokenize(key)
        }
    }
}
