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
        .createStmt, .alterTableStmt, .dropStmt, .truncateStmt, .commentStmt, .indexStmt, .viewStmt, .ruleStmt,
        .createTrigStmt, .createFunctionStmt, .alterFunctionStmt, .createSchemaStmt, .createSeqStmt, .alterSeqStmt,
        .defineStmt, .createDomainStmt, .alterDomainStmt, .createEnumStmt, .createRangeStmt, .compositeTypeStmt,
        .alterEnumStmt, .alterTypeStmt, .createCastStmt, .createOpClassStmt, .createOpFamilyStmt, .alterOpFamilyStmt,
        .alterOperatorStmt, .createConversionStmt, .createPolicyStmt, .alterPolicyStmt, .createStatsStmt, .alterStatsStmt,
        .renameStmt, .alterObjectSchemaStmt, .alterObjectDependsStmt, .alterOwnerStmt, .grantStmt, .refreshMatViewStmt,
        .alterCollationStmt, .alterTSDictionaryStmt, .alterTSConfigurationStmt,
    ]

    /// Roles, the server, other servers, replication, and what locks or rewrites whole tables.
    private static let administration: [NodeKind] = [
        .createRoleStmt, .alterRoleStmt, .alterRoleSetStmt, .dropRoleStmt, .grantRoleStmt, .alterDefaultPrivilegesStmt,
        .dropOwnedStmt, .reassignOwnedStmt, .secLabelStmt, .alterSystemStmt, .loadStmt, .checkPointStmt, .createdbStmt,
        .dropdbStmt, .alterDatabaseStmt, .alterDatabaseSetStmt, .alterDatabaseRefreshCollStmt, .createTableSpaceStmt,
        .dropTableSpaceStmt, .alterTableSpaceOptionsStmt, .alterTableMoveAllStmt, .createExtensionStmt,
        .alterExtensionStmt, .alterExtensionContentsStmt, .createPLangStmt, .createAmStmt, .createTransformStmt,
        .createFdwStmt, .alterFdwStmt, .createForeignServerStmt, .alterForeignServerStmt, .createForeignTableStmt,
        .importForeignSchemaStmt, .createUserMappingStmt, .alterUserMappingStmt, .dropUserMappingStmt,
        .createPublicationStmt, .alterPublicationStmt, .createSubscriptionStmt, .alterSubscriptionStmt,
        .dropSubscriptionStmt, .createEventTrigStmt, .alterEventTrigStmt, .vacuumStmt, .clusterStmt, .reindexStmt, .lockStmt,
    ]

    /// `CREATE TABLE` for `CreateStmt` and so on, as far as the kind of node says it.
    static func title(_ node: Node) -> String {
        var words = ""
        for character in "\(node.kind)".replacing("Stmt", with: "") {
            if character.isUppercase { words.append(" ") }
            words.append(character.uppercased())
        }
        return words
    }
}
