/// What calling a routine does, apart from giving a value made of its arguments.
enum RoutineJudgement: Equatable {
    case harmless
    /// Reads only, but what it gives may hold literals of definitions, statements or settings.
    case showsHidden
    /// Reads only, but what it gives may come from any table.
    case showsAnything
    case write
    case admin
    /// As `admin`, and what it touches is not to be told.
    case adminOverAnything
    /// The first argument names a sequence.
    case sequence(isWrite: Bool)
    /// `current_setting`.
    case setting
    case setConfig
    /// Runs the SQL in this argument.
    case sqlText(Int)
    /// `crosstab`: runs the SQL in its first argument, and in its second where that is a text.
    case crosstab
    /// `connectby`: reads the relation that the first argument names, by the columns that the next ones name.
    case connectby
    /// Reads the relation that this argument names.
    case relationText(Int)
}

/// The reviewed judgement on every routine of `pg_catalog` of PostgreSQL 15, and of the contrib modules.
///
/// A routine that is not listed is `.admin`: of PostgreSQL 15 these are the ones that reach files, other sessions, the write-ahead
/// log, replication, large objects, advisory locks, that PostgreSQL itself takes from PUBLIC, or that only the server itself has
/// business calling. What the catalog says
/// of a routine's volatility plays no part.
enum RoutineReview {
    static func builtIn(_ name: String) -> RoutineJudgement {
        if let judgement = special[name] { return judgement }
        return HarmlessRoutines.names.contains(name) ? .harmless : .admin
    }

    /// - Parameter library: `pg_proc.probin`, `$libdir/hstore`.
    /// - Returns: `nil` when the module is not reviewed.
    static func library(_ library: String, _ routine: String) -> RoutineJudgement? {
        guard library.hasPrefix("$libdir/") else { return nil }
        let module = String(library.dropFirst("$libdir/".count))
        if let judgement = moduleExceptions[module]?[routine] { return judgement }
        return pureModules.contains(module) ? .harmless : nil
    }

    /// Whether a built-in routine gives whole values of columns where it is given such: one of its arguments as it is, or all of
    /// them in an array or as JSON.
    static func keepsWhole(_ name: String, _ arguments: [Value]) -> Bool {
        if ["lag", "lead", "nth_value"].contains(name) {
            return arguments.count <= 2 && arguments[0].isWhole
        }
        return carrying.contains(name) && !arguments.isEmpty && arguments.allSatisfy(\.isWhole)
    }

    private static let carrying: Set<String> = [
        "array_agg", "array_to_json", "first_value", "json_agg", "json_array_elements",
        "json_array_elements_text", "jsonb_agg", "jsonb_array_elements", "jsonb_array_elements_text",
        "last_value", "max", "min", "row_to_json", "to_json", "to_jsonb", "unnest",
    ]

    /// What CREATE TYPE … AS RANGE makes in the type's own schema.
    static let rangeConstructors: Set<String> = [
        "range_constructor2", "range_constructor3", "multirange_constructor0", "multirange_constructor1",
        "multirange_constructor2",
    ]

    private static let special: [String: RoutineJudgement] = {
        var result: [String: RoutineJudgement] = [
            "current_setting": .setting, "set_config": .setConfig,
            "nextval": .sequence(isWrite: true), "setval": .sequence(isWrite: true),
            "currval": .sequence(isWrite: false), "lastval": .harmless,
            "query_to_xml": .sqlText(0), "query_to_xmlschema": .sqlText(0),
            "query_to_xml_and_xmlschema": .sqlText(0),
            "ts_stat": .sqlText(0), "ts_rewrite": .sqlText(1),
            "table_to_xml": .relationText(0), "table_to_xml_and_xmlschema": .relationText(0),
            "table_to_xmlschema": .relationText(0),
        ]
        for name in words(showingHidden) { result[name] = .showsHidden }
        for name in words(showingAnything) { result[name] = .showsAnything }
        for name in words(overAnything) { result[name] = .adminOverAnything }
        for name in words(writing) { result[name] = .write }
        return result
    }()

    /// Definitions, comments, statements and settings: literals in them may be anybody's values.
    private static let showingHidden = """
        pg_get_expr pg_get_constraintdef pg_get_indexdef pg_get_ruledef pg_get_triggerdef pg_get_viewdef pg_get_functiondef
        pg_get_function_sqlbody pg_get_function_arguments pg_get_function_arg_default pg_get_statisticsobjdef
        pg_get_statisticsobjdef_expressions pg_get_partition_constraintdef pg_get_partkeydef col_description obj_description
        shobj_description pg_show_all_settings pg_stat_get_activity pg_stat_get_backend_activity pg_cursor
        pg_prepared_statement pg_stat_get_wal_receiver pg_stat_get_wal_senders pg_stat_get_subscription
        pg_stat_get_backend_client_addr pg_options_to_table pg_get_replication_slots pg_event_trigger_ddl_commands
        pg_get_publication_tables
        """

    /// A cursor's rows, and the most common values of statistics.
    private static let showingAnything = """
        cursor_to_xml cursor_to_xmlschema pg_mcv_list_items pg_mcv_list_out pg_mcv_list_send
        """

    /// Read whole schemas and databases, views that write included; or raw changes of any table.
    private static let overAnything = """
        database_to_xml database_to_xml_and_xmlschema database_to_xmlschema schema_to_xml schema_to_xml_and_xmlschema
        schema_to_xmlschema pg_logical_slot_get_changes pg_logical_slot_get_binary_changes pg_logical_slot_peek_changes
        pg_logical_slot_peek_binary_changes pg_read_file pg_read_binary_file pg_read_file_old lo_get loread lo_export
        """

    /// Change the session's own state or take a transaction ID, and nothing else.
    private static let writing = """
        setseed pg_stat_clear_snapshot pg_stat_force_next_flush pg_advisory_unlock pg_advisory_unlock_all
        pg_advisory_unlock_shared txid_current pg_current_xact_id
        """

    /// Contrib modules whose C functions compute on their arguments (PostgreSQL manual, appendix F).
    private static let pureModules: Set<String> = [
        "hstore", "fuzzystrmatch", "citext", "ltree", "_int", "cube", "seg", "btree_gin", "btree_gist",
        "uuid-ossp",
        "pgcrypto", "pg_trgm", "isn", "unaccent",
    ]

    private static let moduleExceptions: [String: [String: RoutineJudgement]] = [
        "pg_trgm": ["set_limit": .write],
        "isn": ["isn_weak": .write],
        "tablefunc": [
            "normal_rand": .harmless, "crosstab": .crosstab, "crosstab2": .sqlText(0),
            "crosstab3": .sqlText(0), "crosstab4": .sqlText(0), "connectby": .connectby,
        ],
        "lo": ["lo_manage": .write],
        "pgxml": [
            "xml_valid": .harmless, "xml_encode_special_chars": .harmless, "xpath_string": .harmless,
            "xpath_nodeset": .harmless, "xpath_number": .harmless, "xpath_bool": .harmless,
            "xpath_list": .harmless,
            "xpath_table": .adminOverAnything, "xslt_process": .adminOverAnything,
        ],
        "pg_stat_statements": ["pg_stat_statements": .showsHidden, "pg_stat_statements_info": .harmless],
    ]

    static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }
}

/// Routines of `pg_catalog` that read at most what their group says.
enum HarmlessRoutines {
    static let names: Set<String> = Set(
        [
            typeInputAndOutput, serverInternals, operators, casts, aggregates, numbers, text, time, json,
            arrays, network,
            geometry, textSearch, xml, catalog, statistics, session, volatileButReading, triggers,
        ].flatMap(RoutineReview.words))
}
