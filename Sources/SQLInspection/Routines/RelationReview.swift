/// System catalogs that hold more than names: credentials, or values of users' columns.
enum RelationReview {
    enum Judgement { case values, texts }

    /// Password hashes, connection strings, raw bytes: reading one of these columns, by any view, is `admin`.
    static let secrets: [String: Set<String>] = [
        "pg_authid": ["rolpassword"], "pg_user_mapping": ["umoptions"], "pg_subscription": ["subconninfo"],
        "pg_largeobject": ["data"], "pg_foreign_server": ["srvoptions"],
    ]

    static let catalogs: [String: Judgement] = [
        // Samples of values of any column of the database.
        "pg_statistic": .values, "pg_stats": .values, "pg_statistic_ext_data": .values,
        "pg_stats_ext": .values,
        "pg_stats_ext_exprs": .values,
        // Texts of statements and definitions, which hold literals.
        "pg_stat_activity": .texts, "pg_proc": .texts, "pg_views": .texts, "pg_matviews": .texts,
        "pg_rules": .texts,
        "pg_rewrite": .texts, "pg_attrdef": .texts, "pg_index": .texts, "pg_indexes": .texts,
        "pg_constraint": .texts,
        "pg_policy": .texts, "pg_policies": .texts, "pg_trigger": .texts, "pg_cursors": .texts,
        "pg_prepared_statements": .texts, "pg_settings": .texts, "pg_description": .texts,
        "pg_shdescription": .texts,
        "pg_attribute": .texts, "pg_class": .texts, "pg_partitioned_table": .texts, "pg_type": .texts,
        "pg_stat_wal_receiver": .texts, "pg_stat_replication": .texts, "pg_db_role_setting": .texts,
        "pg_statistic_ext": .texts, "pg_publication_rel": .texts,
        "pg_file_settings": .texts, "pg_seclabel": .texts, "pg_seclabels": .texts,
    ]

    /// The columns of `texts` that hold them; all columns of the others.
    static let textColumns: Set<String> = [
        "query", "application_name", "prosrc", "prosqlbody", "proargdefaults", "definition", "ev_action",
        "ev_qual", "adbin",
        "indexprs", "indpred", "indexdef", "conbin", "polqual", "polwithcheck", "qual", "with_check",
        "tgqual", "tgargs",
        "statement", "setting", "reset_val", "boot_val", "description", "attmissingval", "relpartbound",
        "partexprs",
        "typdefault", "typdefaultbin", "stxexprs", "prqual", "conninfo", "setconfig", "label",
    ]

    static func showsValues(_ relation: String, _ column: String) -> Bool {
        guard let judgement = catalogs[relation] else { return false }
        return judgement != .texts || textColumns.contains(column)
    }
}
