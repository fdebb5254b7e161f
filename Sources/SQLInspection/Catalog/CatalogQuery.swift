/// What is read from a database to know what its names mean. All results in text format.
///
/// Run them in one transaction that begins with `CatalogSnapshot.preamble`, so that they see one state and so that
/// deparsed expressions carry the schema of everything outside `pg_catalog`.
package enum CatalogQuery: Int, CaseIterable, Sendable {
    case database, schemas, relations, columns, expressions, constraints, inheritance, views, systemViews,
        rules
    case triggers, policies, cascades
    case indexes, types, routines, aggregates, operators, typeFunctions, casts, eventTriggers, labels

    /// One value that changes whenever the rows of `systemViews` do: they cost half of all the others, and hardly ever change.
    package static let systemViewsVersion =
        "SELECT md5(string_agg(concat(ev_class, ' ', xmin), ',' ORDER BY oid)) FROM pg_rewrite WHERE ev_class < 16384"

    package var sql: String {
        switch self {
        case .database: "SELECT current_database()"
        case .schemas:
            "SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_(toast|temp_|toast_temp_)'"
        case .relations:
            """
            SELECT c.oid, relname, relnamespace, relkind, reltype, relrowsecurity, relispartition FROM pg_class c
            JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind <> 't' AND relpersistence <> 't'
              AND nspname !~ '^pg_(toast|temp_|toast_temp_)'
            """
        case .columns:
            """
            SELECT attrelid, attnum, attname, atttypid, attgenerated <> '', attnotnull FROM pg_attribute a
            JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
            WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'v', 'm', 'f', 'p', 'S', 'c') AND relpersistence <> 't'
              AND nspname !~ '^pg_(toast|temp_|toast_temp_)' ORDER BY attrelid, attnum
            """
        case .expressions: "SELECT adrelid, adnum, pg_get_expr(adbin, adrelid) FROM pg_attrdef"
        case .constraints:
            """
            SELECT conrelid, contypid, pg_get_expr(conbin, conrelid) FROM pg_constraint
            WHERE contype = 'c' AND conbin IS NOT NULL
            """
        case .inheritance:
            "SELECT inhrelid, inhparent FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind <> 'I' AND relkind <> 'i'"
        case .views:
            """
            SELECT oid, pg_get_viewdef(oid) FROM pg_class
            WHERE relkind IN ('v', 'm') AND relpersistence <> 't' AND oid >= 16384
            """
        case .systemViews: "SELECT oid, pg_get_viewdef(oid) FROM pg_class WHERE relkind = 'v' AND oid < 16384"
        case .rules:
            "SELECT ev_class, ev_type, pg_get_ruledef(oid) FROM pg_rewrite WHERE rulename <> '_RETURN'"
        case .triggers:
            """
            SELECT tgrelid, tgfoid, tgtype, CASE WHEN tgqual IS NOT NULL THEN pg_get_triggerdef(oid) END,
              tgenabled <> 'D', CASE WHEN tgnargs > 0 THEN encode(tgargs, 'escape') END
            FROM pg_trigger WHERE NOT tgisinternal
            """
        case .policies:
            "SELECT polrelid, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy"
        case .cascades:
            "SELECT confrelid, conrelid, confdeltype, confupdtype FROM pg_constraint WHERE contype = 'f'"
        case .indexes:
            """
            SELECT indrelid, pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid), NULL FROM pg_index
            WHERE indexprs IS NOT NULL OR indpred IS NOT NULL
            UNION ALL SELECT partrelid, pg_get_expr(partexprs, partrelid), NULL, NULL FROM pg_partitioned_table
            WHERE partexprs IS NOT NULL
            UNION ALL SELECT stxrelid, NULL, NULL, pg_get_expr(stxexprs, stxrelid) FROM pg_statistic_ext
            WHERE stxexprs IS NOT NULL
            """
        case .types:
            """
            SELECT t.oid, typname, typnamespace, typtype, typcategory, typispreferred, coalesce(rngsubtype, typelem), typarray,
              typrelid, typbasetype, CASE WHEN typtype = 'd' THEN pg_get_expr(typdefaultbin, 0) END
            FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
            LEFT JOIN pg_range r ON r.rngtypid = t.oid WHERE nspname !~ '^pg_(toast|temp_|toast_temp_)'
            """
        case .routines:
            """
            SELECT p.oid, proname, pronamespace, prokind, lanname, prorettype, proretset, proargtypes, pronargdefaults,
              provariadic, proallargtypes, proargmodes, proargnames,
              CASE WHEN pronamespace = 11 OR lanname NOT IN ('sql', 'plpgsql', 'internal') THEN NULL
                WHEN prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid) ELSE prosrc END,
              probin, (SELECT substr(c, 13) FROM unnest(proconfig) c WHERE c LIKE 'search\\_path=%'),
              CASE WHEN pronamespace <> 11 THEN pg_get_expr(proargdefaults, 0) END
            FROM pg_proc p JOIN pg_language l ON l.oid = prolang
            JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname !~ '^pg_(toast|temp_|toast_temp_)'
            """
        case .aggregates:
            """
            SELECT aggfnoid::oid, aggtransfn::oid, aggfinalfn::oid, aggcombinefn::oid, aggserialfn::oid, aggdeserialfn::oid,
              aggmtransfn::oid, aggminvtransfn::oid, aggmfinalfn::oid FROM pg_aggregate
            JOIN pg_proc p ON p.oid = aggfnoid WHERE pronamespace <> 11
            """
        case .operators:
            "SELECT oprname, oprnamespace, oprleft, oprright, oprresult, oprcode::oid FROM pg_operator"
        case .typeFunctions:
            """
            WITH f AS (SELECT p.oid FROM pg_proc p JOIN pg_language l ON l.oid = prolang
              WHERE p.oid >= 16384 AND lanname NOT IN ('c', 'internal'))
            SELECT opcintype, f.oid FROM pg_opclass JOIN pg_amproc ON amprocfamily = opcfamily JOIN f ON f.oid = amproc
            UNION SELECT opcintype, f.oid FROM pg_opclass JOIN pg_amop ON amopfamily = opcfamily
              JOIN pg_operator o ON o.oid = amopopr JOIN f ON f.oid = oprcode
            UNION SELECT unnest(ARRAY[rngtypid, rngmultitypid]), f.oid FROM pg_range JOIN f ON f.oid IN (rngsubdiff, rngcanonical)
            """
        case .casts: "SELECT castsource, casttarget, castfunc, castcontext FROM pg_cast"
        case .eventTriggers: "SELECT evtfoid FROM pg_event_trigger WHERE evtenabled <> 'D'"
        case .labels: "SELECT enumtypid, enumlabel FROM pg_enum ORDER BY enumtypid, enumsortorder"
        }
    }
}
