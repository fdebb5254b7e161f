import APIModels
import Recording

/// Recorded bytes as text for people and for searching. The records keep the bytes.
enum RecordedText {
    /// UTF-8 with what is not replaced by U+FFFD, U+0000 too, which PostgreSQL's text cannot hold.
    static func displayed(_ bytes: [UInt8]) -> String {
        guard bytes.contains(0) else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: bytes, as: UTF8.self).replacing("\0", with: "\u{FFFD}")
    }

    /// An array of texts and nulls.
    static func json(parameters: [StatementStarted.Parameter]) -> String {
        if parameters.isEmpty { return "[]" }
        let values = parameters.map { parameter -> JSON in
            parameter.value.map { .string(text(of: $0, parameter)) } ?? .null
        }
        return JSON.encodeText(JSON.array(values))
    }

    /// A parameter as its type prints it, where the type is known; other binary values in hexadecimal, as `bytea` prints.
    /// One that was masked away altogether says so.
    static func text(of value: CappedBytes, _ parameter: StatementStarted.Parameter) -> String {
        if parameter.isMasked, value.kept.isEmpty { return "[masked]" }
        let text: String
        if parameter.isBinary, !parameter.isMasked, !value.isTruncated {
            text = binary(value.kept, typeOID: parameter.typeOID)
        } else if parameter.isBinary, !parameter.isMasked {
            text = hexadecimal(value.kept)
        } else {
            text = displayed(value.kept)
        }
        return value.isTruncated ? "\(text)… (\(value.totalBytes) bytes)" : text
    }

    /// OIDs are those of the catalog `pg_type`; formats are those of the types' send functions.
    private static func binary(_ bytes: [UInt8], typeOID: UInt32) -> String {
        let number = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch (typeOID, bytes.count) {
        case (16, 1): return number == 0 ? "f" : "t"
        case (21, 2): return "\(Int16(truncatingIfNeeded: number))"
        case (23, 4): return "\(Int32(truncatingIfNeeded: number))"
        case (20, 8): return "\(Int64(truncatingIfNeeded: number))"
        case (26, 4): return "\(number)"
        case (700, 4): return "\(Float(bitPattern: UInt32(truncatingIfNeeded: number)))"
        case (701, 8): return "\(Double(bitPattern: number))"
        case (2950, 16): return SessionID(bytes: bytes)?.uuidText ?? hexadecimal(bytes)
        case (19, _), (25, _), (114, _), (1042, _), (1043, _): return displayed(bytes)
        default: return hexadecimal(bytes)
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        "\\x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The facts of a statement in their column.
struct StoredFacts: Sendable, Codable {
    struct Mask: Sendable, Codable {
        var target: String
        var strategy: String
    }
    struct Rule: Sendable, Codable {
        var policy: String
        var rule: Int
        var effect: String
    }

    var policyRevision: Int64
    var conditions: [String]
    var tables: [String]
    var reached: [String]
    var columns: [String]
    var rules: [Rule]
    var masks: [Mask]

    init(_ facts: StatementFacts) {
        policyRevision = Int64(clamping: facts.policyRevision)
        conditions = facts.conditions.map(Self.clean)
        tables = facts.tables.map(Self.clean)
        reached = facts.reached.map(Self.clean)
        columns = facts.columns.map(Self.clean)
        rules = facts.rules.map {
            Rule(policy: Self.clean($0.policy), rule: $0.rule, effect: Self.clean($0.effect))
        }
        masks = facts.masks.map { Mask(target: Self.clean($0.target), strategy: Self.clean($0.strategy)) }
    }

    /// `jsonb` cannot hold U+0000 either.
    private static func clean(_ text: String) -> String { RecordedText.displayed(Array(text.utf8)) }
}

extension StatementMasking {
    init(_ masking: RecordedMasking) {
        self.init(
            result: masking.result, column: masking.column,
            policy: RecordedText.displayed(Array(masking.policy.utf8)), rule: masking.rule,
            cells: Int64(clamping: masking.cells))
    }
}

/// How a statement's hold ended, in its column.
struct StoredStatementApproval: Sendable, Codable {
    var approvals: [String]
    var reviewers: [String]
    var receipt: String?
    var heldUs: Int64

    init(_ approval: RecordedApproval) {
        approvals = approval.approvalIDs
        reviewers = approval.reviewers
        receipt = approval.receipt
        heldUs = Int64(clamping: approval.heldMicroseconds)
    }
}
