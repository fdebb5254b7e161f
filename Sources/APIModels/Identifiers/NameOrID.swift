/// What addresses a named noun in paths, parameters and bodies: its name or its id. No text is both, since names have no
/// underscore.
package enum NameOrID<Kind: IDKind>: Hashable, Sendable {
    case name(Name)
    case id(TypedID<Kind>)
}

extension NameOrID: JSONText {
    package init(text: String) throws(InvalidValue) {
        if let id = TypedID<Kind>(text) {
            self = .id(id)
        } else if let name = Name(text) {
            self = .name(name)
        } else {
            throw InvalidValue(
                "must be a name (1 to 63 characters of a-z, 0-9 and -) or an id (\(Kind.prefix)_…)")
        }
    }

    package var description: String {
        switch self {
        case .name(let name): name.description
        case .id(let id): id.description
        }
    }

    package static var placeholder: Self { .name(.placeholder) }
}
