import APIModels

/// Which page of a list is asked for. A page token is opaque to callers: `after:` and the sort key of the last item they have.
struct PageRequest: Sendable {
    static let defaultSize = 50
    static let maximumSize: Int64 = 500

    let size: Int
    /// Items after this sort key; `nil` for the first page.
    let after: String?

    init(_ query: QueryParameters) throws(Problem) {
        size = Int(try query.integer("page_size", in: 1...Self.maximumSize) ?? Int64(Self.defaultSize))
        guard let token = query["page_token"] else {
            after = nil
            return
        }
        guard token.hasPrefix(Self.tokenPrefix) else { throw Self.malformed }
        after = String(token.dropFirst(Self.tokenPrefix.utf8.count))
    }

    /// Tells a token from what somebody made up.
    private static let tokenPrefix = "after:"

    /// The sort key as a name, for lists that are sorted by one.
    func afterName() throws(Problem) -> String {
        guard let after else { return "" }
        guard let name = Name(after) else { throw Self.malformed }
        return name.description
    }

    /// The sort key as an id, for lists that are sorted by it.
    func after<Kind>(as type: TypedID<Kind>.Type = TypedID<Kind>.self) throws(Problem) -> TypedID<Kind>? {
        guard let after else { return nil }
        guard let id = TypedID<Kind>(after) else { throw Self.malformed }
        return id
    }

    /// The sort key as a number, for lists that are sorted by one.
    func afterNumber() throws(Problem) -> Int64? {
        guard let after else { return nil }
        guard let number = Int64(after) else { throw Self.malformed }
        return number
    }

    /// How many rows to ask for: one more than the page, to know whether there is another.
    var fetch: Int { size + 1 }

    /// The page out of `fetch` items. `key` gives the sort key of an item.
    func page<Item>(_ items: [Item], key: (Item) -> String) -> Page<Item> {
        guard items.count > size, let last = items.prefix(size).last else { return Page(items: items) }
        return Page(items: Array(items.prefix(size)), nextPageToken: Self.tokenPrefix + key(last))
    }

    private static let malformed = Problem.invalidParameters([
        FieldError(
            pointer: JSONPointer.root.appending("page_token"), code: .invalidValue,
            detail: "must be a next_page_token of this list")
    ])
}
