/// The prepared statements of one connection, by their text and parameter types.
struct PreparedStatements {
    struct Key: Hashable {
        let text: String
        let types: [UInt32]
    }

    enum Use {
        case ready(name: String)
        /// To be prepared under this name first.
        case new(name: String)
        case unprepared
    }

    private var names: [Key: (name: String, isConfirmed: Bool)] = [:]
    private var counter = 0

    /// How to run a statement. A `.new` one counts as prepared for what follows in the same pipeline.
    mutating func use(_ key: Key, limit: Int) -> Use {
        if let entry = names[key] { return .ready(name: entry.name) }
        guard names.count < limit else { return .unprepared }
        counter += 1
        let name = "s\(counter)"
        names[key] = (name: name, isConfirmed: false)
        return .new(name: name)
    }

    /// The server has prepared it.
    mutating func confirm(_ key: Key) {
        names[key]?.isConfirmed = true
    }

    /// The server has not prepared it: what was said about this key in the same pipeline fell with it.
    mutating func forget(_ key: Key) {
        if names[key]?.isConfirmed == false { names[key] = nil }
    }
}
