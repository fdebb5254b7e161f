internal import Yams

/// A configuration file: one YAML mapping from keys to single values.
struct SettingsFile {
    let entries: [(name: String, text: String)]

    init(_ text: String) throws(SettingsError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch {
            throw SettingsError("the configuration file is no YAML: \(error)")
        }
        guard let node else {
            entries = []
            return
        }
        guard case .mapping(let mapping) = node else {
            throw SettingsError(
                "the configuration file has to be a mapping, with one \"key: value\" on each line")
        }
        var entries: [(name: String, text: String)] = []
        var complaints: [String] = []
        for (key, value) in mapping {
            let name = key.string ?? "?"
            guard case .scalar(let scalar) = value, value.null == nil else {
                complaints.append("\(name) in the file has to have a single value")
                continue
            }
            entries.append((name, scalar.string))
        }
        guard complaints.isEmpty else { throw SettingsError(complaints) }
        self.entries = entries
    }
}
