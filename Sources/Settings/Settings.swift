/// All that is wrong with the settings, for the operator: one sentence each.
package struct SettingsError: Error, Sendable, CustomStringConvertible {
    package let complaints: [String]

    package init(_ complaint: String) { complaints = [complaint] }
    package init(_ complaints: [String]) { self.complaints = complaints }

    package var description: String { complaints.joined(separator: "\n") }
}

/// The settings of a program, from its environment and its file. The environment wins; what neither sets has its default.
package struct Settings<Key: SettingKey>: Sendable {
    private let values: [Key: String]

    /// - Parameters:
    ///   - file: the text of the configuration file, if there is one.
    ///   - environment: gives a variable's value. An empty one counts as unset.
    /// - Throws: everything that is malformed or unknown, in both.
    package init(file: String?, environment: (String) -> String?) throws(SettingsError) {
        var complaints: [String] = []
        var values: [Key: String] = [:]
        if let file {
            let parsed = try SettingsFile(file)
            for (name, text) in parsed.entries {
                guard let key = Key(rawValue: name) else {
                    complaints.append(Self.unknown(name))
                    continue
                }
                values[key] = text
                if let wrong = key.setting.complaint(about: text) {
                    complaints.append("\(name) in the file is \(Self.shown(text, key)), and \(wrong)")
                }
            }
        }
        for key in Key.allCases {
            guard let text = environment(key.variable), !text.isEmpty else { continue }
            values[key] = text
            if let wrong = key.setting.complaint(about: text) {
                complaints.append("\(key.variable) is \(Self.shown(text, key)), and \(wrong)")
            }
        }
        guard complaints.isEmpty else { throw SettingsError(complaints) }
        self.values = values
    }

    /// The text of a setting: as set, or its default.
    package subscript(key: Key) -> String? { values[key] ?? key.setting.fallback }

    /// Whether somebody has set it.
    package func isSet(_ key: Key) -> Bool { values[key] != nil }

    /// The text of a setting that has to be set.
    package func required(_ key: Key) throws(SettingsError) -> String {
        guard let text = self[key] else {
            throw SettingsError(
                "\(key.rawValue) is missing: set it in the file, or \(key.variable) in the environment")
        }
        return text
    }

    /// A setting of the kind `integer`; `nil` when it has neither value nor default.
    package func integer(_ key: Key) -> Int? { self[key].flatMap { Int($0) } }

    /// A setting of the kind `boolean`; false when it has neither value nor default.
    package func isTrue(_ key: Key) -> Bool { self[key] == "true" }

    private static func shown(_ text: String, _ key: Key) -> String {
        key.setting.kind == .secret ? "not shown" : "\"\(text)\""
    }

    private static func unknown(_ name: String) -> String {
        let nearest = Spelling.nearest(to: name, among: Key.allCases.map(\.rawValue))
        return "there is no setting \"\(name)\"" + (nearest.map { ": did you mean \($0)?" } ?? "")
    }
}
