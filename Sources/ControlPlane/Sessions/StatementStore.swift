import APIModels
import PostgresClient

/// Statements as the records tell of them.
struct StatementStore: Sendable {
    let database: any PostgresDatabase

    struct Filter: Sendable {
        var principal: PrincipalFilter?
        var resource: NameOrID<IDKinds.Resource>?
        var decision: DecisionOutcome?
        var since: Timestamp?
        /// Whose view it is: own statements, unless a role shows all.
        var viewer: Principal
    }

    /// The statements of a session, in their order.
    func list(of session: SessionID, page: PageRequest) async throws -> Page<Statement> {
        var conditions: [SQL] = ["statements.session_id = \(session)"]
        if let after = try page.afterNumber() { conditions.append("statements.number > \(after)") }
        let rows = try await database.query(
            """
            SELECT \(Self.columns) FROM statements JOIN sessions ON sessions.id = statements.session_id
            WHERE \(SQL.all(conditions)) ORDER BY statements.number LIMIT \(page.fetch)
            """)
        return page.page(try rows.map(Self.statement)) { "\($0.sequence)" }
    }

    /// The statements of all sessions, newest first.
    func search(_ filter: Filter, page: PageRequest) async throws -> Page<Statement> {
        var conditions: [SQL] = []
        if !filter.viewer.seesAll { conditions.append("statements.principal_id = \(filter.viewer.id)") }
        switch filter.principal {
        case nil: break
        case .name(let name):
            conditions.append(
                "statements.principal_id IN (SELECT DISTINCT principal_id FROM sessions WHERE principal_name = \(name))"
            )
        case .id(let id): conditions.append("statements.principal_id = \(id)")
        }
        switch filter.resource {
        case nil: break
        case .name(let name):
            conditions.append(
                "statements.resource_id IN (SELECT DISTINCT resource_id FROM sessions WHERE resource_name = \(name))"
            )
        case .id(let id): conditions.append("statements.resource_id = \(id)")
        }
        if let decision = filter.decision { conditions.append("statements.decision = \(decision.rawValue)") }
        if let since = filter.since { conditions.append("statements.started_at >= \(since)") }
        if let after = page.after { conditions.append(try SearchPosition(after).isBefore) }
        let rows = try await database.query(
            """
            SELECT \(Self.columns) FROM statements JOIN sessions ON sessions.id = statements.session_id
            WHERE \(SQL.all(conditions))
            ORDER BY statements.started_at DESC, statements.session_id DESC, statements.number DESC LIMIT \(page.fetch)
            """)
        return page.page(try rows.map(Self.statement)) { SearchPosition($0).text }
    }

    private static let columns: SQL = """
        statements.session_id, number, statements.principal_id, principal_name, principal_kind, resource_name, text,
        text_bytes, fingerprint, parameters, actions, decision, facts, approval, statements.started_at, finished_at,
        duration_us, rows, bytes, command_tag, masked, error_code, error_message
        """

    private static func statement(_ row: PostgresRow) throws(PostgresError) -> Statement {
        let facts: StoredFacts = try row.json("facts")
        let approval: StoredStatementApproval? =
            try row.get("approval", as: JSONColumn<StoredStatementApproval>?.self)?.value
        let errorCode: String? = try row.get("error_code")
        let errorMessage: String? = try row.get("error_message")
        let fingerprint: Int64 = try row.get("fingerprint")
        let actions: Int = try row.get("actions")
        return Statement(
            sessionID: try row.get("session_id"), sequence: try row.get("number"),
            principal: PrincipalReference(
                id: try row.get("principal_id"), name: try row.get("principal_name"),
                kind: try row.get("principal_kind")),
            resource: try row.get("resource_name"), text: try row.get("text"),
            fingerprint: fingerprint == 0 ? nil : Self.hexadecimal(fingerprint),
            parameters: try row.json("parameters"),
            actions: ActionSet(rawValue: UInt8(truncatingIfNeeded: actions)),
            conditions: facts.conditions.compactMap(Condition.init), tables: facts.tables,
            reached: facts.reached,
            decision: try row.get("decision"), rules: facts.rules.compactMap(Self.rule),
            approvals: approval?.approvals.compactMap { ApprovalID($0) } ?? [],
            receipt: approval?.receipt.flatMap { ReceiptID($0) }, startedAt: try row.get("started_at"),
            finishedAt: try row.get("finished_at"), durationUs: try row.get("duration_us"),
            rows: try row.get("rows"),
            bytes: try row.get("bytes"), commandTag: try row.get("command_tag"),
            masked: try row.get("masked", as: JSONColumn<[StatementMasking]>?.self)?.value,
            error: errorCode.map { StatementError(sqlstate: $0, message: errorMessage ?? "") })
    }

    private static func rule(_ rule: StoredFacts.Rule) -> RuleReference? {
        guard let policy = Name(rule.policy), let effect = Effect(rawValue: rule.effect) else { return nil }
        return RuleReference(policy: policy, rule: rule.rule, effect: effect)
    }

    /// As libpg_query prints it.
    private static func hexadecimal(_ fingerprint: Int64) -> String {
        let digits = String(UInt64(bitPattern: fingerprint), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension DecisionOutcome: PostgresEncodable, PostgresDecodable {}

/// Where a search goes on: behind this statement.
private struct SearchPosition {
    let startedAt: Timestamp
    let session: SessionID
    let number: Int64

    init(_ statement: Statement) {
        startedAt = statement.startedAt
        session = statement.sessionID
        number = statement.sequence
    }

    init(_ text: String) throws(Problem) {
        let parts = text.split(separator: ".")
        guard parts.count == 3, let microseconds = Int64(parts[0]), let session = SessionID(String(parts[1])),
            let number = Int64(parts[2])
        else {
            throw .invalidParameters([
                FieldError(
                    pointer: JSONPointer.root.appending("page_token"), code: .invalidValue,
                    detail: "must be a next_page_token of this list")
            ])
        }
        startedAt = Timestamp(microseconds: microseconds)
        self.session = session
        self.number = number
    }

    var text: String { "\(startedAt.microseconds).\(session).\(number)" }

    var isBefore: SQL {
        """
        (statements.started_at, statements.session_id, statements.number) < (\(startedAt), \(session), \(number))
        """
    }
}

/// `/v1/statements`: search over all sessions.
struct StatementRoutes: Sendable {
    let services: Services

    var handlers: [Operation: Handler] { [.listStatements: list] }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        let filter = StatementStore.Filter(
            principal: request.query["principal"].map(PrincipalFilter.init),
            resource: try request.query.value("resource"),
            decision: try request.query.choice("decision"), since: try request.query.value("since"),
            viewer: request.principal)
        return .json(
            try await StatementStore(database: services.database).search(
                filter, page: PageRequest(request.query)))
    }
}
