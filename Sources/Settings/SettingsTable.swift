/// The settings of a program as `docs/configuration.md` shows them.
package enum SettingsTable {
    /// A Markdown table with one row for each setting.
    package static func markdown<Key: SettingKey>(_ type: Key.Type = Key.self) -> String {
        let rows = Key.allCases.map { key in
            "| `\(key.rawValue)` | `\(key.variable)` | \(fallback(key.setting)) | \(help(key.setting)) |"
        }
        return (["| key | variable | default | what |", "|---|---|---|---|"] + rows).joined(separator: "\n")
    }

    private static func fallback(_ setting: Setting) -> String {
        setting.fallbackNote.isEmpty ? setting.fallback.map { "`\($0)`" } ?? "" : setting.fallbackNote
    }

    private static func help(_ setting: Setting) -> String {
        switch setting.kind {
        case .text, .secret: setting.help
        case .boolean: "`true` or `false`: \(setting.help)"
        case .choice(let words): "\(words.map { "`\($0)`" }.joined(separator: ", ")): \(setting.help)"
        case .integer(let range): "\(setting.help), from \(range.lowerBound) to \(range.upperBound)"
        }
    }
}
