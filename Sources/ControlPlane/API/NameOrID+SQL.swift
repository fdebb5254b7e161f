import APIModels
import PostgresClient

extension NameOrID {
    /// The rows that it addresses, by the columns `id` and `name`: at most one.
    var condition: SQL { condition(name: "name", id: "id") }

    /// The rows that are about it.
    /// - Parameters: the columns that have its name and its id.
    func condition(name nameColumn: SQL, id idColumn: SQL) -> SQL {
        switch self {
        case .name(let name): "\(nameColumn) = \(name)"
        case .id(let id): "\(idColumn) = \(id)"
        }
    }
}

/// A principal as parameters and bodies name one: by its name, which an identity provider may have given, or by its id.
enum PrincipalFilter: Sendable {
    case name(String)
    case id(PrincipalID)

    init(_ text: String) {
        self = PrincipalID(text).map(Self.id) ?? .name(text)
    }

    /// The rows that are about it.
    /// - Parameters: the columns that have its name and its id.
    func condition(name nameColumn: SQL, id idColumn: SQL) -> SQL {
        switch self {
        case .name(let name): "\(nameColumn) = \(name)"
        case .id(let id): "\(idColumn) = \(id)"
        }
    }
}
