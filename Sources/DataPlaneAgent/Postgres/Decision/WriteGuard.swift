internal import APIModels
internal import Masking
internal import Policy
internal import PostgresWire
internal import SQLInspection

/// What masking asks of statements that write: values that are masked in results go nowhere else, and what masks have made
/// does not come back.
struct WriteGuard {
    /// A masked column whose values the statement would bring to where they are not masked as strictly.
    private let escape: Escape?
    /// The forms of masked values that may not stand in the statement, and the columns that they would be taken for.
    private let forms: [MaskedForm]
    private let columns: [String]
    /// A masked column is assigned that holds numbers. Elsewhere small ones are taken for the statement's own, which is full of
    /// them: `LIMIT 5`, `WHERE id = 1`.
    private let looksAtSmallNumbers: Bool
    /// Of so many bytes at most.
    private static let smallNumber = 3

    private struct Escape {
        var columns: [String]
        var means: Transfer.Means
    }

    static let none = WriteGuard()

    private init() {
        escape = nil
        forms = []
        columns = []
        looksAtSmallNumbers = false
    }

    /// - Parameter inspections: of the statement, and of what it runs besides; the first is of the statement itself.
    init(
        _ inspections: [Inspection], _ facts: PolicyFacts, _ masks: MaskPlan, _ desk: DecisionDesk
    ) {
        guard !masks.isEmpty else {
            self = .none
            return
        }
        escape =
            inspections.first?.statements.lazy.flatMap { statement in
                statement.transfers.lazy.compactMap { transfer in
                    Self.escape(
                        by: transfer, facts.columns, besides: statement.tables + statement.reached, masks,
                        desk)
                }
            }.first
        var strategies: Set<MaskStrategy> = []
        var columns: [String] = []
        for column in facts.columns where column.use == .assignment || column.use == .predicate {
            guard let mask = masks.mask(column: column.name, tags: column.tags) else { continue }
            strategies.formUnion([mask.strategy, mask.strategy.ofDerived])
            if !columns.contains(column.name) { columns.append(column.name) }
        }
        let kinds = strategies.contains(.tokenize) ? Self.tokenizedKinds(inspections, masks, desk) : []
        var forms = strategies.compactMap { MaskedForm(MaskMethod($0, in: desk.view), kinds: kinds) }
        let writes = facts.columns.filter { $0.use == .assignment }.map(\.name)
        looksAtSmallNumbers = inspections.lazy.flatMap(\.statements).flatMap(\.columns).contains { use in
            use.use == .assignment
                && desk.catalog.column(use.column).map {
                    ValueKind(type: $0.type, in: desk.catalog).mayHoldNumbers
                } != false && masks.mask(anyOf: desk.columnFacts(for: use.column, use: .assignment)) != nil
        }
        if !writes.isEmpty {
            // What a detector has replaced may be in any column.
            let replaced = desk.formsOfFindings(masks)
            forms += replaced
            if !replaced.isEmpty, columns.isEmpty { columns = Array(writes.prefix(8)) }
        }
        self.forms = forms
        self.columns = columns
    }

    /// The kinds of the tokenized columns that statements write or compare.
    private static func tokenizedKinds(
        _ inspections: [Inspection], _ masks: MaskPlan, _ desk: DecisionDesk
    ) -> [ValueKind] {
        var kinds: [ValueKind] = [.text]
        for use in inspections.lazy.flatMap(\.statements).flatMap(\.columns)
        where use.use == .assignment || use.use == .predicate {
            guard let column = desk.catalog.column(use.column),
                masks.mask(anyOf: desk.columnFacts(for: use.column, use: .assignment))?.strategy == .tokenize
            else { continue }
            let kind = ValueKind(type: column.type, in: desk.catalog)
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        return kinds
    }

    private static func escape(
        by transfer: Transfer, _ touched: [ColumnFact], besides tables: [TableReference], _ masks: MaskPlan,
        _ desk: DecisionDesk
    ) -> Escape? {
        if transfer.means == .unproven, transfer.lineage == .unknown {
            return masks.coversColumns ? Escape(columns: [], means: transfer.means) : nil
        }
        let sources: [ColumnFact]
        switch transfer.lineage {
        case .none: return nil
        case .columns(let columns): sources = columns.flatMap { desk.columnFacts(for: $0, use: .output) }
        case .unknown: sources = touched + desk.columnFacts(of: tables)
        }
        let known = transfer.target.map { desk.columnFacts(for: $0, use: .assignment) } ?? []
        let named = transfer.names.map { ColumnFact($0, tags: desk.view.tags.tags(of: $0), use: .assignment) }
        let target = masks.mask(anyOf: known + named)
        return sources.map { ($0.name, masks.mask(column: $0.name, tags: $0.tags)) }
            .filter { _, mask in
                guard let mask else { return false }
                guard let target else { return true }
                return target.strategy.strictest(mask.strategy) != target.strategy
            }.map(\.0).min().map { Escape(columns: [$0], means: transfer.means) }
    }

    /// Whether the statement has to be looked at with its literals and parameters.
    var looksAtValues: Bool { !forms.isEmpty }

    /// What may not come back in the values for a column.
    func forms(for column: SQLInspection.Lineage, under plan: StatementPlan, _ desk: DecisionDesk)
        -> [MaskedForm]
    {
        guard case .columns(let columns) = column else { return forms }
        let masks = plan.decision.masks
        let types = columns.compactMap { desk.catalog.column($0)?.type }
        let kinds = types.map { ValueKind(type: $0, in: desk.catalog) }
        let replaced = kinds.contains(where: \.holdsText) ? desk.formsOfFindings(masks) : []
        let facts = columns.flatMap { desk.columnFacts(for: $0, use: .assignment) }
        guard let mask = masks.mask(anyOf: facts) else { return replaced }
        return replaced
            + Set([mask.strategy, mask.strategy.ofDerived]).compactMap {
                MaskedForm(MaskMethod($0, in: desk.view), kinds: kinds)
            }
    }

    func matches(_ value: Span<UInt8>, _ format: CellFormat = .text) -> Bool {
        if format == .text, !looksAtSmallNumbers, Self.isSmallNumber(value) { return false }
        return forms.contains { $0.matches(value, format) }
    }

    private static func isSmallNumber(_ value: Span<UInt8>) -> Bool {
        guard (1...smallNumber).contains(value.count) else { return false }
        return value.indices.allSatisfy { (0x30...0x39).contains(value[$0]) || $0 == 0 && value[$0] == 0x2d }
    }

    /// Whether a literal of the text is a masked value.
    func matchesLiteral(of text: [UInt8]) -> Bool {
        guard looksAtValues else { return false }
        var reader = LiteralReader(text)
        while let literal = reader.next() {
            if matches(literal.span) { return true }
        }
        return false
    }

    func matchesParameter(of parameters: CapturedParameters) -> Bool {
        guard looksAtValues, parameters.count > 0 else { return false }
        return parameters.contains(matches)
    }

    /// The same for all of a Bind, however long.
    func matchesParameter(of message: BindMessage, in body: Span<UInt8>) -> Bool {
        guard looksAtValues else { return false }
        var walk = message.parameters.walk()
        var index = 0
        while let value = walk.next(in: body) {
            let format = message.parameterFormats.format(of: index, in: body)
            if case .bytes(let range) = value,
                matches(body.extracting(range), format == .binary ? .binary : .text)
            {
                return true
            }
            index += 1
        }
        return false
    }

    var copyRefusal: Report? {
        guard let escape else { return nil }
        let column = escape.columns.first ?? "columns"
        let text =
            switch escape.means {
            case .copy:
                "the statement would copy values of \(column), which policy masks for you, to where they are not masked"
            case .rename:
                "the statement would take from \(column), which policy masks for you, the name that it is masked by"
            case .definition:
                "what the statement defines would bring values of \(column), which policy masks for you, to where they are not masked"
            case .unproven:
                "it cannot be told whether the statement leaves all values masked that policy masks for you"
            }
        let hint =
            switch escape.means {
            case .copy:
                "Leave the column out. To copy it, the target has to be tagged and masked at least as strictly."
            case .rename:
                "Ask an admin to tag the new name first: where it is masked at least as strictly, the statement is allowed."
            case .definition:
                "Leave the column out, or ask an admin for it. A target that is tagged and masked at least as strictly is allowed."
            case .unproven: "Ask an admin for it."
            }
        return Report(
            .error, .insufficientPrivilege, text, detail: Self.detail("masked_value_copied", escape.columns),
            hint: hint)
    }

    var valueRefusal: Report {
        Report(
            .error, .insufficientPrivilege,
            "a value in the statement is a masked one, as results show it: it would replace, or never equal, the real one",
            detail: Self.detail("masked_value_written", columns),
            hint: "Leave the column out of the statement: \(columns.joined(separator: ", ")).")
    }

    private static func detail(_ code: String, _ columns: [String]) -> String {
        JSON.encodeText(
            JSON.object(["code": .string(code), "columns": .array(columns.map { .string($0) })]))
    }
}

extension DecisionDesk {
    /// What findings of detectors become, where that can be known again inside any value.
    func formsOfFindings(_ masks: MaskPlan) -> [MaskedForm] {
        var forms: [MaskedForm] = []
        for strategy in Set(masks.detectors.map(\.mask.strategy)) where strategy.kind == .redact {
            if let form = MaskedForm(MaskMethod(strategy, in: view)) { forms.append(form) }
        }
        if let detectors = detectors(of: masks), case .tokenize = detectors.method,
            let form = MaskedForm(detectors.method, detectors: detectors.set)
        {
            forms.append(form)
        }
        return forms
    }
}

extension CapturedParameters {
    /// Whether a value, as it came, satisfies `predicate`.
    func contains(_ predicate: (Span<UInt8>, CellFormat) -> Bool) -> Bool {
        let values = values.span
        var offset = 0
        for index in 0..<count {
            guard values.count - offset >= 4 else { return false }
            let length = Int(Int32(bitPattern: UInt32(bigEndianBytes: values, at: offset)))
            offset += 4
            guard length >= 0 else { continue }
            guard length <= values.count - offset else { return false }
            let value = values.extracting(offset..<(offset + length))
            if predicate(value, isBinary(index) ? .binary : .text) { return true }
            offset += length
        }
        return false
    }
}

extension UInt32 {
    fileprivate init(bigEndianBytes bytes: Span<UInt8>, at offset: Int) {
        self = (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[offset + $1]) }
    }
}
