internal import APIModels
internal import Masking
internal import Policy
internal import PostgresWire
internal import SQLInspection

/// What masking asks of statements that write: values that are masked in results go nowhere else, and what masks have made
/// does not come back.
struct WriteGuard {
    /// A masked column whose values the statement would put where they are not masked as strictly.
    let copied: String?
    /// The forms of masked values that may not stand in the statement, and the columns that they would be taken for.
    private let forms: [MaskedForm]
    private let columns: [String]

    static let none = WriteGuard()

    private init() {
        copied = nil
        forms = []
        columns = []
    }

    init(
        _ inspection: Inspection, _ facts: PolicyFacts, _ masks: MaskPlan, key: MaskKey, _ desk: DecisionDesk
    ) {
        guard !masks.isEmpty else {
            self = .none
            return
        }
        copied =
            inspection.statements.lazy.flatMap { statement in
                statement.transfers.lazy.compactMap { transfer in
                    Self.unmaskedSource(
                        of: transfer, facts.columns, besides: statement.tables + statement.reached, masks,
                        desk)
                }
            }.first
        var strategies: Set<MaskStrategy> = []
        var columns: [String] = []
        for column in facts.columns where column.use == .assignment || column.use == .predicate {
            guard let mask = masks.mask(column: column.name, tags: column.tags) else { continue }
            strategies.insert(mask.strategy)
            if !columns.contains(column.name) { columns.append(column.name) }
        }
        let writes = facts.columns.filter { $0.use == .assignment }.map(\.name)
        if !writes.isEmpty {
            // What a detector has replaced may be in any column.
            for detector in masks.detectors where detector.mask.strategy.kind == .redact {
                strategies.insert(detector.mask.strategy)
                if columns.isEmpty { columns = Array(writes.prefix(8)) }
            }
        }
        forms = strategies.compactMap { MaskedForm(MaskMethod($0, key: key)) }
        self.columns = columns
    }

    private static func unmaskedSource(
        of transfer: Transfer, _ touched: [ColumnFact], besides tables: [TableReference], _ masks: MaskPlan,
        _ desk: DecisionDesk
    ) -> String? {
        let sources: [ColumnFact]
        switch transfer.lineage {
        case .none: return nil
        case .columns(let columns): sources = columns.flatMap { desk.columnFacts(for: $0, use: .output) }
        case .unknown: sources = touched + desk.columnFacts(of: tables)
        }
        let target = transfer.target.flatMap {
            masks.mask(anyOf: desk.columnFacts(for: $0, use: .assignment))
        }
        return sources.map { ($0.name, masks.mask(column: $0.name, tags: $0.tags)) }
            .filter { _, mask in
                guard let mask else { return false }
                guard let target else { return true }
                return target.strategy.strictest(mask.strategy) != target.strategy
            }.map(\.0).min()
    }

    /// Whether the statement has to be looked at with its literals and parameters.
    var looksAtValues: Bool { !forms.isEmpty }

    func matches(_ value: Span<UInt8>) -> Bool { forms.contains { $0.matches(value) } }

    /// Whether a literal of the text is a masked value.
    func matchesLiteral(of text: [UInt8]) -> Bool {
        guard looksAtValues else { return false }
        return text.withUnsafeBytes { bytes in
            guard let shape = LiteralShape(bytes, foldingRows: false) else {
                // Literals of unusual spelling, or none: a fixed text shows in the text as it is.
                return forms.contains { $0.matches(text.span) }
            }
            return shape.literals.contains { literal in
                let written = bytes[literal.range]
                guard literal.kind == .string else { return matches(Array(written).span) }
                return matches(Self.unquoted(written).span)
            }
        }
    }

    /// `'it''s'` as the text that it stands for.
    private static func unquoted(_ literal: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        var value: [UInt8] = []
        var isSecond = false
        for byte in literal.dropFirst().dropLast() {
            isSecond = byte == UInt8(ascii: "'") && !isSecond
            if !isSecond { value.append(byte) }
        }
        return value
    }

    func matchesParameter(of parameters: CapturedParameters) -> Bool {
        guard looksAtValues, parameters.count > 0 else { return false }
        return parameters.contains { matches($0) }
    }

    var copyRefusal: Report? {
        copied.map { column in
            Report(
                .error, .insufficientPrivilege,
                "the statement would copy values of \(column), which policy masks for you, to where they are not masked",
                detail: Self.detail("masked_value_copied", [column]),
                hint:
                    "Leave the column out. To copy it, the target has to be tagged and masked at least as strictly."
            )
        }
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

extension CapturedParameters {
    /// Whether a value, as it came, satisfies `predicate`.
    func contains(_ predicate: (Span<UInt8>) -> Bool) -> Bool {
        let values = values.span
        var offset = 0
        for _ in 0..<count {
            guard values.count - offset >= 4 else { return false }
            let length = Int(Int32(bitPattern: UInt32(bigEndianBytes: values, at: offset)))
            offset += 4
            guard length >= 0 else { continue }
            guard length <= values.count - offset else { return false }
            if predicate(values.extracting(offset..<(offset + length))) { return true }
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
