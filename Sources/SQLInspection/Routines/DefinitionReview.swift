/// What statements are that are neither queries nor of the session (policy.md, "Actions of SQL statements").
enum DefinitionReview {
    static let actions: [NodeKind: ActionSet] = {
        var result: [NodeKind: ActionSet] = [:]
        for kind in definitions { result[kind] = .ddl }
        for kind in administration { result[kind] = .admin }
        return result
    }()

    /// Objects inside the database.
    private static let definitions: [NodeKind] = [
        .createStmt, .alterTableStmt, .dropStmt, .truncateStmt, .commentStmt, .indexStmt, .viewStmt,
        .ruleStmt,
        .createTrigStmt, .createFunctionStmt, .alterFunctionStmt, .createSchemaStmt, .createSeqStmt,
        .alterSeqStmt,
        .defineStmt, .createDomainStmt, .alterDomainStmt, .createEnumStmt, .createRangeStmt,
        .compositeTypeStmt,
        .alterEnumStmt, .alterTypeStmt, .createCastStmt, .createOpClassStmt, .createOpFamilyStmt,
        .alterOpFamilyStmt,
        .alterOperatorStmt, .createConversionStmt, .createPolicyStmt, .alterPolicyStmt, .createStatsStmt,
        .alterStatsStmt,
        .renameStmt, .alterObjectSchemaStmt, .alterObjectDependsStmt, .alterOwnerStmt, .grantStmt,
        .refreshMatViewStmt,
        .alterCollationStmt, .alterTSDictionaryStmt, .alterTSConfigurationStmt,
    ]

    /// Roles, the server, other servers, replication, and what locks or rewrites whole tables.
    private static let administration: [NodeKind] = [
        .createRoleStmt, .alterRoleStmt, .alterRoleSetStmt, .dropRoleStmt, .grantRoleStmt,
        .alterDefaultPrivilegesStmt,
        .dropOwnedStmt, .reassignOwnedStmt, .secLabelStmt, .alterSystemStmt, .loadStmt, .checkPointStmt,
        .createdbStmt,
        .dropdbStmt, .alterDatabaseStmt, .alterDatabaseSetStmt, .alterDatabaseRefreshCollStmt,
        .createTableSpaceStmt,
        .dropTableSpaceStmt, .alterTableSpaceOptionsStmt, .alterTableMoveAllStmt, .createExtensionStmt,
        .alterExtensionStmt, .alterExtensionContentsStmt, .createPLangStmt, .createAmStmt,
        .createTransformStmt,
        .createFdwStmt, .alterFdwStmt, .createForeignServerStmt, .alterForeignServerStmt,
        .createForeignTableStmt,
        .importForeignSchemaStmt, .createUserMappingStmt, .alterUserMappingStmt, .dropUserMappingStmt,
        .createPublicationStmt, .alterPublicationStmt, .createSubscriptionStmt, .alterSubscriptionStmt,
        .dropSubscriptionStmt, .createEventTrigStmt, .alterEventTrigStmt, .vacuumStmt, .clusterStmt,
        .reindexStmt, .lockStmt,
    ]

    /// `CREATE TABLE` for `CreateStmt` and so on.
    static func title(_ node: Node) -> String { titles[Int(node.kind.rawValue)] }

    private static let titles: [String] = NodeKind.allCases.map { kind in
        if let title = irregular[kind] { return title }
        var words = ""
        for character in "\(kind)".replacing("Stmt", with: "") {
            if character.isUppercase { words.append(" ") }
            words.append(character.uppercased())
        }
        return words
    }

    /// Where the node's name is not the command's.
    private static let irregular: [NodeKind: String] = [
        .createStmt: "CREATE TABLE", .indexStmt: "CREATE INDEX", .viewStmt: "CREATE VIEW",
        .ruleStmt: "CREATE RULE",
        .createTrigStmt: "CREATE TRIGGER", .createSeqStmt: "CREATE SEQUENCE", .alterSeqStmt: "ALTER SEQUENCE",
        .defineStmt: "CREATE", .createEnumStmt: "CREATE TYPE", .compositeTypeStmt: "CREATE TYPE",
        .createRangeStmt: "CREATE TYPE", .alterEnumStmt: "ALTER TYPE", .variableSetStmt: "SET",
        .variableShowStmt: "SHOW",
        .closePortalStmt: "CLOSE", .checkPointStmt: "CHECKPOINT",
        .refreshMatViewStmt: "REFRESH MATERIALIZED VIEW",
        .createdbStmt: "CREATE DATABASE", .dropdbStmt: "DROP DATABASE",
        .constraintsSetStmt: "SET CONSTRAINTS",
        .renameStmt: "ALTER", .alterObjectSchemaStmt: "ALTER", .alterOwnerStmt: "ALTER",
        .secLabelStmt: "SECURITY LABEL",
        .createPLangStmt: "CREATE LANGUAGE", .createStatsStmt: "CREATE STATISTICS", .grantRoleStmt: "GRANT",
    ]
}
