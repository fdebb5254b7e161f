internal import PostgresWire

/// Which startup parameters reach the resource.
enum StartupParameters {
    /// Those that change how values look or how long things may take, and not what a statement may do. `search_path` is
    /// among them because the agent asks the server what it is before the first statement.
    private static let harmless: Set<String> = [
        "application_name", "bytea_output", "datestyle", "default_transaction_deferrable",
        "default_transaction_isolation",
        "default_transaction_read_only", "extra_float_digits", "geqo", "idle_in_transaction_session_timeout",
        "idle_session_timeout", "intervalstyle", "jit", "lock_timeout", "search_path", "statement_timeout",
        "timezone",
        "tcp_user_timeout", "xmloption",
    ]

    /// The parameter as it is passed on; nil when there is nothing to pass; a refusal for anything else.
    static func check(_ name: String, _ value: String) throws(GreetingFailure) -> (
        name: String, value: String
    )? {
        let key = name.lowercased()
        if harmless.contains(key) { return (name, value) }
        switch key {
        case "client_encoding":
            let encoding = value.lowercased().filter { $0.isLetter || $0.isNumber }
            // SQL_ASCII is what libpq says in a C locale; it means that the client does not care.
            guard ["utf8", "unicode", "sqlascii"].contains(encoding) else {
                throw .refused(
                    Report(
                        .fatal, .featureNotSupported,
                        "client_encoding \"\(value)\" is not served: the gateway speaks UTF8",
                        hint: "Set PGCLIENTENCODING=UTF8, or client_encoding=UTF8 in the connection string."))
            }
            return nil
        case "replication":
            guard ["false", "off", "no", "0"].contains(value.lowercased()) else {
                throw .refused(
                    Report(.fatal, .insufficientPrivilege, "replication connections are not served"))
            }
            return nil
        default:
            throw .refused(
                Report(
                    .fatal, .insufficientPrivilege, "the startup parameter \"\(name)\" is not accepted",
                    hint: "Set what you need with SET after connecting; policy decides on it there."))
        }
    }

    /// The settings in `options`, each as a parameter by itself; anything in it but settings from the list is refused.
    static func check(options text: String) throws(GreetingFailure) -> [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = []
        var words = words(of: text)[...]
        while let word = words.popFirst() {
            let setting: Substring
            if word == "-c" {
                setting = words.popFirst()?[...] ?? ""
            } else if word.hasPrefix("--") || word.hasPrefix("-c") {
                setting = word.dropFirst(2)
            } else {
                throw unacceptable(option: word)
            }
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else { throw unacceptable(option: word) }
            let name = String(parts[0].map { $0 == "-" ? "_" : $0 })
            if let passed = try check(name, String(parts[1])) {
                settings.removeAll { $0.name.lowercased() == name.lowercased() }
                settings.append(passed)
            }
        }
        return settings
    }

    private static func unacceptable(option: String) -> GreetingFailure {
        .refused(
            Report(
                .fatal, .insufficientPrivilege, "the startup option \"\(option)\" is not accepted",
                hint: "Of options (PGOPTIONS) only settings are, as in \"-c statement_timeout=5s\"."))
    }

    /// Split as the server does: at white space, where a backslash takes the next character as it is (`pg_split_opts`).
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word: String?
        var isEscaped = false
        for character in text.unicodeScalars {
            if isEscaped {
                word?.unicodeScalars.append(character)
                isEscaped = false
            } else if character.properties.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else {
                word = word ?? ""
                if character == "\\" { isEscaped = true } else { word?.unicodeScalars.append(character) }
            }
        }
        if let word { words.append(word) }
        return words
    }
}
