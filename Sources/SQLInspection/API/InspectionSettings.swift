/// What of the session's state decides the meaning of a text. Part of the cache key.
package struct InspectionSettings: Hashable, Sendable {
    /// `search_path` as SHOW gives it, split; `"$user"` still in place. `pg_catalog` and `pg_temp` are implied first.
    package var searchPath: [String]
    /// The role that statements run as upstream.
    package var role: String
    /// Relations and types that this session made in `pg_temp`, by name; true: a plain table.
    package var temporaryRelations: [String: Bool]

    package init(
        searchPath: [String] = ["$user", "public"], role: String, temporaryRelations: [String: Bool] = [:]
    ) {
        self.searchPath = searchPath
        self.role = role
        self.temporaryRelations = temporaryRelations
    }
}
