internal import APIModels
internal import Masking
internal import Policy
internal import PostgresWire
internal import Recording
internal import SQLInspection

/// Rewrites the rows of one result: which columns, by what the server says of them and by their lineage.
final class ResultMasker {
    private var rows: RowMasker
    private let rules: [MaskPlan.Mask?]

    /// Nil when no column of this result is masked.
    init?(_ description: RowDescription, of plan: StatementPlan, statement index: Int, _ desk: DecisionDesk) {
        let sources = ColumnSources(plan, statement: index, columnCount: description.fields.count, desk)
        let columns = description.fields.enumerated().map { number, field in
            sources.mask(
                number, described: field, type: field.type, format: field.format == .binary ? .binary : .text)
        }
        rows = RowMasker(columns: columns.map(\.mask))
        rules = columns.map(\.rule)
        guard rows.isNeeded else { return nil }
    }

    func largeRow(bodyLength: Int) -> LargeRowMasker { rows.largeRow(bodyLength: bodyLength) }

    func add(_ row: LargeRowMasker) { rows.add(row) }

    func rewriteRow(_ body: Span<UInt8>, into bytes: inout [UInt8]) throws(MaskingFailure) {
        try rows.rewrite(body, into: &bytes)
    }

    func counts(result: Int) -> [RecordedMasking] { .init(rows.maskedCells, by: rules, result: result) }
}

/// Rewrites the rows of a COPY TO STDOUT. The server names no columns there: the inspection alone says what they are.
final class CopyResultMasker {
    private var rows: CopyMasker
    private let rules: [MaskPlan.Mask?]

    /// Nil when no column is masked.
    init?(
        _ response: CopyResponse, of plan: StatementPlan, statement index: Int, _ desk: DecisionDesk
    ) throws(MaskingFailure) {
        guard let statements = plan.answered, statements.indices.contains(index),
            let layout = statements[index].copyOut,
            let options = CopyOptions(layout), (response.format == .binary) == (options == .binary)
        else { throw .unsupportedCopy }
        let sources = ColumnSources(plan, statement: index, columnCount: response.columnCount, desk)
        let columns = (0..<response.columnCount).map { number in
            sources.mask(
                number, described: nil, type: sources.type(number),
                format: response.format == .binary ? .binary : .text)
        }
        guard columns.contains(where: \.mask.isMasked) else { return nil }
        rows = try CopyMasker(options, columns: columns.map(\.mask))
        rules = columns.map(\.rule)
    }

    /// CopyData bodies in, in whole or in part; CopyData messages out.
    func rewrite(_ data: Span<UInt8>, into bytes: inout [UInt8]) throws(MaskingFailure) {
        try rows.rewrite(data, into: &bytes)
    }

    /// Throws when the data ended inside a row.
    func finish() throws(MaskingFailure) { try rows.finish() }

    func counts(result: Int) -> [RecordedMasking] { .init(rows.maskedCells, by: rules, result: result) }
}

extension [RecordedMasking] {
    /// The columns in which anything was masked.
    fileprivate init(_ cells: [UInt64], by rules: [MaskPlan.Mask?], result: Int) {
        self = zip(cells, rules).enumerated().compactMap { column, counted in
            guard counted.0 > 0, let rule = counted.1 else { return nil }
            return RecordedMasking(
                result: result, column: column, policy: rule.policy.description, rule: rule.rule,
                cells: counted.0)
        }
    }
}

extension CopyOptions {
    /// Nil for what cannot be taken apart.
    init?(_ layout: CopyLayout) {
        guard layout.isReadable else { return nil }
        let null = layout.null.map { Array($0.utf8) }
        switch layout.format {
        case .text:
            self = .text(
                delimiter: layout.delimiter ?? 0x09, null: null ?? Array(#"\N"#.utf8),
                hasHeader: layout.hasHeader)
        case .csv:
            let quote = layout.quote ?? UInt8(ascii: "\"")
            self = .csv(
                delimiter: layout.delimiter ?? UInt8(ascii: ","), null: null ?? [],
                hasHeader: layout.hasHeader,
                quote: quote, escape: layout.escape ?? quote)
        case .binary: self = .binary
        }
    }
}

/// Where the columns of a result come from. What the server says may add to what the inspection found, and never takes
/// anything away: it is silent for expressions, and names one branch of a UNION.
private struct ColumnSources {
    private let plan: StatementPlan
    private let outputs: [SQLInspection.OutputColumn]?
    private let desk: DecisionDesk
    private let detectors: (set: DetectorSet, method: MaskMethod)?

    init(_ plan: StatementPlan, statement index: Int, columnCount: Int, _ desk: DecisionDesk) {
        self.plan = plan
        self.desk = desk
        detectors = desk.detectors(of: plan.decision.masks)
        if let statements = plan.answered, statements.indices.contains(index),
            statements[index].outputsAreComplete,
            statements[index].outputs.count == columnCount
        {
            outputs = statements[index].outputs
        } else {
            outputs = nil
        }
    }

    /// The type of a column that the server does not describe; 0 where it cannot be told.
    func type(_ number: Int) -> UInt32 { outputs?[number].type ?? 0 }

    /// What becomes of a column's cells, and by which rule.
    func mask(
        _ number: Int, described field: RowDescription.Field?, type: UInt32, format: CellFormat
    ) -> (mask: ColumnMask, rule: MaskPlan.Mask?) {
        let kind = ValueKind(type: type, in: desk.catalog)
        if let mask = mask(of: field, number: number) {
            let isWhole = outputs?[number].isWhole ?? false
            let strategy = isWhole ? mask.strategy : mask.strategy.ofDerived
            let rule = ColumnMask.Rule.mask(MaskMethod(strategy, in: desk.view))
            return (ColumnMask(type: type, format: format, rule: rule, kind: kind), mask)
        }
        guard let detectors, kind.holdsText else { return (.pass, nil) }
        let rule = ColumnMask.Rule.detect(detectors.set, detectors.method)
        return (
            ColumnMask(type: type, format: format, rule: rule, kind: kind),
            plan.decision.masks.detectors.first?.mask
        )
    }

    private func mask(of field: RowDescription.Field?, number: Int) -> MaskPlan.Mask? {
        let masks = plan.decision.masks
        guard masks.coversColumns else { return nil }
        var columns: [ColumnFact] = []
        if let field, field.table != 0, field.attribute > 0 {
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
            if plan.showsHidden { return masks.strictestForColumns }
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
        return (detectorSet(named: wanted.map(\.name)), MaskMethod(strategy, in: view))
    }
}

extension MaskStrategy {
    /// For what is worked out of a value. A mask that keeps some of a value, or makes the same of equal values, would give it away
    /// piece by piece: `substr(card, n, 5)`, or beside values of the asker's own choice.
    var ofDerived: MaskStrategy {
        switch self {
        case .null, .redact: self
        case .partial, .hash, .tokenize: .redact(text: nil)
        }
    }
}

extension MaskMethod {
    init(_ strategy: MaskStrategy, in view: ResourceView) {
        switch strategy {
        case .null: self = .null
        case .redact(let text): self = text.map { .redact(text: Array($0.utf8)) } ?? .redacted
        case .hash: self = .hash(view.maskKey)
        case .partial(let first, let last): self = .partial(keepFirst: first, keepLast: last)
        case .tokenize: self = .tokenize(Tokenizer(view.maskKey, remembering: view.shownTokens))
        }
    }
}
