/// What one setting is: what its value looks like, and what it is for.
package struct Setting: Sendable {
    package enum Kind: Sendable, Equatable {
        /// Any text; whoever uses it knows more.
        case text
        /// Any text, which is shown nowhere.
        case secret
        case integer(ClosedRange<Int>)
        case boolean
        case choice([String])
    }

    package let kind: Kind
    /// What counts when nothing is set, as one would write it; `nil` when nothing does.
    package let fallback: String?
    /// How the fallback is described where it is no fixed value.
    package let fallbackNote: String
    package let help: String

    package init(_ kind: Kind, default fallback: String? = nil, note: String = "", help: String) {
        self.kind = kind
        self.fallback = fallback
        fallbackNote = note
        self.help = help
    }

    /// What is wrong with a value, if anything.
    func complaint(about text: String) -> String? {
        switch kind {
        case .text, .secret: nil
        case .integer(let range):
            Int(text).map(range.contains) == true
                ? nil : "must be a number from \(range.lowerBound) to \(range.upperBound)"
        case .boolean: ["true", "false"].contains(text) ? nil : "must be true or false"
        case .choice(let words):
            words.contains(text) ? nil : "must be one of \(words.joined(separator: ", "))"
        }
    }
}

extension Setting {
    /// Of every program: the least severe lines that its log has.
    package static let logLevel = Setting(
        .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), default: "info",
        help: "what is logged")
}

/// The settings of one program. The raw value is the key in its file.
package protocol SettingKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    var setting: Setting { get }
    /// The environment variable with the same value.
    var variable: String { get }
}

extension SettingKey {
    package var variable: String { "SALLYPORT_" + rawValue.uppercased() }
}
