import APIModels

/// A rule as three small numbers that decide whether it matches, and where to find the rest. Trivial to copy,
/// so that a thousand are scanned in about a microsecond.
struct CompiledRule: Sendable {
    /// The actions that it is about; all when it has no such matcher.
    let actions: ActionBits
    /// The conditions that it asks for, one bit each; 0 when it has no such matcher.
    let conditions: UInt8
    /// Of `RuleTables.matchers`; -1 when the masks above are all.
    let matcher: Int32
    /// Of `RuleTables.timings`; 0 when its policy always counts.
    let timing: Int32
    /// Of `RuleTables.policyNames`.
    let policy: Int32
    /// Index in the policy.
    let rule: Int32
    /// What its effect needs: of `reasons`, `terms`, `maskPayloads` or `limitPayloads`.
    let payload: Int32

    static func mask(_ conditions: some Sequence<Condition>) -> UInt8 {
        conditions.reduce(0) { $0 | bit($1) }
    }

    private static func bit(_ condition: Condition) -> UInt8 {
        switch condition {
        case .missingWhere: 1
        case .multipleStatements: 2
        case .noLimit: 4
        case .explicitTransaction: 8
        case .sensitivePredicate: 16
        }
    }
}

/// The matchers of a rule that are more than a mask, as numbers of lists in the indexes. Equal ones are kept
/// once.
struct CompiledMatcher: Hashable, Sendable {
    var tables: Int?
    var functions: Int?
    var methods: Int?
    var paths: Int?
    var awsActions: Int?
    var awsResources: Int?
    var tags: BitSet?

    var isEmpty: Bool { self == CompiledMatcher() }
}

/// When a policy counts. Equal ones are kept once, and asked once for a decision.
struct PolicyTiming: Sendable {
    let validity: CompiledValidity?
    /// For a policy on request: the spans of the principal's grants.
    let grants: [Range<Timestamp>]?

    func counts(at time: Timestamp, assumingGrant: Bool) -> Bool {
        if let grants, !assumingGrant, !grants.contains(where: { $0.contains(time) }) { return false }
        return validity?.holds(at: time) ?? true
    }
}
