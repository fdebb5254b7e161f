/// Which settings a client may change as if it only read (manual, chapter 20); all others count as `admin`.
enum SettingReview {
    /// Settings that change how the client sees its own results, and nothing of what statements mean or do.
    ///
    /// Not here, on purpose: `search_path` and `role` (what names mean), `standard_conforming_strings`, `backslash_quote`,
    /// `escape_string_warning` (where literals end), `bytea_output`, `xmlbinary` (what masking sees), timeouts (the
    /// gateway's own limits), `client_min_messages` and logging (data in notices), anything read-only (a second wall).
    static let harmless: Set<String> = [
        "datestyle", "intervalstyle", "timezone", "time zone", "extra_float_digits", "application_name",
        "lc_messages",
        "lc_monetary", "lc_numeric", "lc_time", "default_text_search_config", "enable_seqscan",
        "enable_indexscan",
        "enable_bitmapscan", "enable_hashjoin", "enable_mergejoin", "enable_nestloop", "enable_hashagg",
        "enable_sort",
        "enable_material", "enable_memoize", "enable_indexonlyscan", "jit", "random_page_cost",
        "seq_page_cost",
        "geqo", "plan_cache_mode", "default_transaction_isolation", "transaction_isolation",
        "parallel_setup_cost",
    ]

    /// - Parameter value: `nil` for the default.
    static func actions(name: String, value: String?) -> ActionSet {
        if name == "client_encoding" || name == "names" {
            // The session's encoding is pinned; saying so again is what drivers do.
            let encoding = (value ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
            return encoding == "utf8" || encoding == "unicode" || value == nil ? .read : .admin
        }
        if name == "standard_conforming_strings",
            ["on", "true", "1", "yes"].contains((value ?? "").lowercased())
        {
            return .read
        }
        return harmless.contains(name) ? .read : .admin
    }

    /// Settings by which a statement can learn in which mode the gateway lets it run.
    static func tellsTransactionMode(_ name: String) -> Bool {
        ["transaction_read_only", "default_transaction_read_only"].contains(name.lowercased())
    }

    /// Settings whose value may be any text that somebody stored there: some of the server's, and all with a dot in their names
    /// (by bytes: a dot and a combining mark behind it are one `Character`).
    static func holdsFreeText(_ name: String) -> Bool {
        name.utf8.contains(UInt8(ascii: "."))
            || ["application_name", "search_path", "session_authorization", "role", "temp_tablespaces"]
                .contains(
                    name.lowercased())
    }
}
