/// What a statement does.
package enum Action: String, Hashable, Sendable, Codable, CaseIterable {
    case read, write, ddl, admin
    /// The inspection could not tell. Policy counts it as `admin`.
    case unknown
}

/// A set of actions in one byte.
package struct ActionSet: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = ActionSet(rawValue: 1)
    package static let write = ActionSet(rawValue: 2)
    package static let ddl = ActionSet(rawValue: 4)
    package static let admin = ActionSet(rawValue: 8)
    package static let unknown = ActionSet(rawValue: 16)

    package init(_ action: Action) {
        self =
            switch action {
            case .read: .read
            case .write: .write
            case .ddl: .ddl
            case .admin: .admin
            case .unknown: .unknown
            }
    }

    package init(_ actions: some Sequence<Action>) {
        self = actions.reduce(into: []) { $0.formUnion(ActionSet($1)) }
    }

    /// From the mildest to the gravest.
    package var actions: [Action] { Action.allCases.filter { contains(ActionSet($0)) } }
}

extension ActionSet: Codable {
    package init(from decoder: any Decoder) throws { self.init(try [Action](from: decoder)) }
    package func encode(to encoder: any Encoder) throws { try actions.encode(to: encoder) }
}
