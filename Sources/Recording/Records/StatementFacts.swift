/// The actions of a statement, one bit each, as policy.md names them.
package struct RecordedActions: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = RecordedActions(rawValue: 1)
    package static let write = RecordedActions(rawValue: 2)
    package static let ddl = RecordedActions(rawValue: 4)
    package static let admin = RecordedActions(rawValue: 8)
    package static let unknown = RecordedActions(rawValue: 16)

    /// In the order and with the names of the API.
    package static let named: [(action: RecordedActions, name: String)] = [
        (.read, "read"), (.write, "write"), (.ddl, "ddl"), (.admin, "admin"), (.unknown, "unknown"),
    ]
    package var names: [String] { RecordedActions.named.filter { contains($0.action) }.map(\.name) }
}

package enum RecordedDecision: UInt8, Hashable, Sendable {
    case allow = 1
    case deny = 2
    case hold = 3

    package var name: String {
        switch self {
        case .allow: "allow"
        case .deny: "deny"
        case .hold: "hold"
        }
    }
}

/// A rule that took part in a decision.
package struct RecordedRule: Hashable, Sendable {
    package var policy: String
    package var rule: Int
    /// As policy.md names it: `allow`, `deny`, `require_approval`, `mask`, `limit`.
    package var effect: String

    package init(policy: String, rule: Int, effect: String) {
        self.policy = policy
        self.rule = rule
        self.effect = effect
    }
}

/// What was masked, and how.
package struct RecordedMask: Hashable, Sendable {
    /// A column (`public.customers.ssn`), a tag or a detector.
    package var target: String
    /// `redact`, `partial`, `hash`, `tokenize`, `null`.
    package var strategy: String

    package init(target: String, strategy: String) {
        self.target = target
        self.strategy = strategy
    }
}

/// What is the same each time a prepared statement runs under the same policy revision.
///
///     8 bytes fingerprint · 1 byte actions · 1 byte decision · varint policy revision · list of text conditions, tables,
///     reached, columns · list of (text policy, varint rule, text effect) · list of (text target, text strategy)
package struct StatementFacts: Hashable, Sendable {
    /// libpg_query's fingerprint: equal for statements that differ in constants only.
    package var fingerprint: UInt64
    package var actions: RecordedActions
    package var decision: RecordedDecision
    package var policyRevision: UInt64
    package var conditions: [String]
    /// Named in the text.
    package var tables: [String]
    /// Behind views, functions and rules.
    package var reached: [String]
    package var columns: [String]
    package var rules: [RecordedRule]
    package var masks: [RecordedMask]

    package init(
        fingerprint: UInt64, actions: RecordedActions, decision: RecordedDecision, policyRevision: UInt64,
        conditions: [String] = [], tables: [String] = [], reached: [String] = [], columns: [String] = [],
        rules: [RecordedRule] = [],
        masks: [RecordedMask] = []
    ) {
        self.fingerprint = fingerprint
        self.actions = actions
        self.decision = decision
        self.policyRevision = policyRevision
        self.conditions = conditions
        self.tables = tables
        self.reached = reached
        self.columns = columns
        self.rules = rules
        self.masks = masks
    }

    private func encode(into writer: inout PayloadWriter) {
        writer.fixed(fingerprint)
        writer.byte(actions.rawValue)
        writer.byte(decision.rawValue)
        writer.varint(policyRevision)
        writer.texts(conditions)
        writer.texts(tables)
        writer.texts(reached)
        writer.texts(columns)
        writer.list(rules) { writer, rule in
            writer.text(rule.policy)
            writer.varint(rule.rule)
            writer.text(rule.effect)
        }
        writer.list(masks) { writer, mask in
            writer.text(mask.target)
            writer.text(mask.strategy)
        }
    }

    /// The facts as they stand in a record, to be made once and appended many times.
    package func encoded() throws(RecordError) -> EncodedFacts {
        var bound = 64
        for text in conditions + tables + reached + columns { bound += text.utf8.count + 10 }
        for rule in rules { bound += rule.policy.utf8.count + rule.effect.utf8.count + 30 }
        for mask in masks { bound += mask.target.utf8.count + mask.strategy.utf8.count + 20 }
        guard bound <= RecordLimits.factsBytes else { throw .tooLarge(field: "facts") }
        let bytes = [UInt8](unsafeUninitializedCapacity: bound) { memory, count in
            var writer = PayloadWriter(UnsafeMutableRawBufferPointer(memory), from: 0)
            encode(into: &writer)
            count = writer.count
        }
        return EncodedFacts(bytes: bytes)
    }

    init(from reader: inout PayloadReader) throws(RecordError) {
        fingerprint = try reader.fixed("fingerprint")
        actions = RecordedActions(rawValue: try reader.byte("actions"))
        guard let decision = RecordedDecision(rawValue: try reader.byte("decision")) else {
            throw .payload(field: "decision")
        }
        self.decision = decision
        policyRevision = try reader.varint("policy_revision")
        conditions = try reader.texts("conditions")
        tables = try reader.texts("tables")
        reached = try reader.texts("reached")
        columns = try reader.texts("columns")
        rules = try reader.list("rules") { (reader) throws(RecordError) in
            let policy = try reader.text("rule.policy")
            let rule = try reader.varint("rule.rule")
            guard let rule = Int(exactly: rule) else { throw .payload(field: "rule.rule") }
            return RecordedRule(policy: policy, rule: rule, effect: try reader.text("rule.effect"))
        }
        masks = try reader.list("masks") { (reader) throws(RecordError) in
            RecordedMask(target: try reader.text("mask.target"), strategy: try reader.text("mask.strategy"))
        }
    }
}

/// `StatementFacts` in their encoded form.
package struct EncodedFacts: Hashable, Sendable {
    let bytes: [UInt8]

    package var count: Int { bytes.count }
}
