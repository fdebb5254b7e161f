import APIModels

/// Effective actions as bits, for the scan of many rules: the set of the API costs a call across modules for
/// each operation. `unknown` is not among them; it has become `admin`.
struct ActionBits: Hashable, Sendable {
    private(set) var bits: UInt8

    static let none = ActionBits(bits: 0)
    static let every = ActionBits([.read, .write, .ddl, .admin])

    private init(bits: UInt8) { self.bits = bits }

    init(_ actions: ActionSet) {
        let isUnknown = actions.contains(.unknown)
        bits = (isUnknown ? actions.subtracting(.unknown).union(.admin) : actions).rawValue
    }

    var actions: ActionSet { ActionSet(rawValue: bits) }
    var isEmpty: Bool { bits == 0 }

    func overlaps(_ other: ActionBits) -> Bool { bits & other.bits != 0 }
    func intersection(_ other: ActionBits) -> ActionBits { ActionBits(bits: bits & other.bits) }
    func union(_ other: ActionBits) -> ActionBits { ActionBits(bits: bits | other.bits) }
    func subtracting(_ other: ActionBits) -> ActionBits { ActionBits(bits: bits & ~other.bits) }
}
