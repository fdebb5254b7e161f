import APIModels

/// Whether a policy on request counts.
enum PolicyGate: Sendable {
    case open
    /// During these spans only.
    case granted([Range<Timestamp>])
}

/// What a decision needs to know of a policy, next to its rules.
struct CompiledPolicy: Sendable {
    let name: Name
    let validity: CompiledValidity?
    let gate: PolicyGate
    let request: PolicyRequestTerms?

    /// Always counts, so that time need not be looked at.
    let isConstant: Bool

    init(_ policy: Policy, validity: CompiledValidity?, gate: PolicyGate) {
        name = policy.name
        self.validity = validity
        self.gate = gate
        request = policy.spec.request
        if case .open = gate, validity == nil { isConstant = true } else { isConstant = false }
    }

    func counts(at time: Timestamp, assumingGrant: Bool) -> Bool {
        switch gate {
        case .open: break
        case .granted(let spans):
            guard assumingGrant || spans.contains(where: { $0.contains(time) }) else { return false }
        }
        return validity?.holds(at: time) ?? true
    }
}

/// The matchers of a rule that are not a simple mask, as numbers of lists in the indexes.
struct CompiledMatcher: Sendable {
    var tables: Int?
    var functions: Int?
    var methods: Int?
    var paths: Int?
    var awsActions: Int?
    var awsResources: Int?
    var tags: BitSet?

    var isEmpty: Bool {
        tables == nil && functions == nil && methods == nil && paths == nil && awsActions == nil
            && awsResources == nil && tags == nil
    }
}

/// A rule, small enough that a thousand are scanned in a microsecond: two masks decide most of them.
struct CompiledRule: Sendable {
    /// The actions that it is about; all when it has no such matcher.
    let actions: ActionSet
    /// The conditions that it asks for, one bit each; 0 when it has no such matcher.
    let conditions: UInt8
    /// In the matchers of the set; nil when the masks are all.
    let matcher: Int?
    let policy: Int
    let rule: Int

    static let everyAction: ActionSet = [.read, .write, .ddl, .admin]

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
