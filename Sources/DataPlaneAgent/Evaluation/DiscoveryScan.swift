internal import APIModels
internal import Masking
internal import Reactor

/// Looks at samples of a database's columns, and counts what detectors find in them. Values stay here.
struct DiscoveryScan {
    /// For all of it; what is not reached by then is skipped.
    static let time: Duration = .seconds(20)
    /// What is read of each value, in characters, and of all of them, in bytes.
    private static let valueLength = 4_096
    private static let maximumBytes = 256 << 20
    /// Above so many rows for each one to sample, pages are drawn by lot; below it reading from the front is as good.
    private static let rowsPerSample = 20

    let target: UpstreamTarget
    let sampleRows: Int

    /// - Throws: when the database cannot be reached, or its tables not be listed.
    func run(on reactor: Reactor) async throws(UpstreamFailure) -> ScanFindings {
        let deadline = Deadline.after(Self.time)
        let parameters = [
            (name: "application_name", value: "sallyport scan"), (name: "client_encoding", value: "UTF8"),
        ]
        let connection = try await UpstreamConnector.connect(to: target, parameters: parameters, on: reactor)
        defer { connection.stream.close() }
        var client = SimpleQueryClient(connection.stream, deadline: deadline, maximumBytes: Self.maximumBytes)
        for setting in [
            "default_transaction_read_only = on", "statement_timeout = '5s'", "lock_timeout = '1s'",
        ] {
            try await client.run("SET \(setting)") { _ in }
        }
        let tables = try await Self.tables(&client)
        var findings = ScanFindings(columns: [], scannedTables: 0, skippedTables: 0)
        for table in tables {
            do throws(UpstreamFailure) {
                findings.columns += try await sample(table, &client)
                findings.scannedTables += 1
            } catch {
                // Without the right to read it, or over its time; the connection's end comes up with the next one.
                findings.skippedTables += 1
            }
        }
        return findings
    }

    // MARK: Tables

    private struct Table {
        let schema: String
        let name: String
        let rows: Double
        let canBeSampled: Bool
        var columns: [String]
    }

    /// Tables of users, with the columns that are texts or may hold some. Partitions are looked at through their parents.
    private static let columnQuery = """
        SELECT n.nspname, c.relname, c.reltuples::text, (c.relkind IN ('r', 'm'))::text, a.attname
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        WHERE c.relkind IN ('r', 'p', 'm') AND NOT c.relispartition AND a.attnum > 0 AND NOT a.attisdropped
            AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            AND t.typcategory NOT IN ('B', 'D', 'G', 'T', 'P') AND t.typname NOT IN ('uuid', 'bytea', 'float4', 'float8')
        ORDER BY n.nspname, c.relname, a.attnum
        """

    private static func tables(_ client: inout SimpleQueryClient) async throws(UpstreamFailure) -> [Table] {
        var tables: [Table] = []
        try await client.run(columnQuery) { row in
            guard row.count == 5, let schema = row[0], let name = row[1], let column = row[4] else { return }
            if let last = tables.last, last.schema == schema, last.name == name {
                tables[tables.count - 1].columns.append(column)
            } else {
                let rows = row[2].flatMap(Double.init) ?? 0
                tables.append(
                    Table(
                        schema: schema, name: name, rows: rows, canBeSampled: row[3] == "true",
                        columns: [column]))
            }
        }
        return tables
    }

    // MARK: Samples

    private func sample(_ table: Table, _ client: inout SimpleQueryClient) async throws(UpstreamFailure)
        -> [ScannedColumn]
    {
        var tallies = table.columns.map { ColumnTally(name: $0) }
        try await client.run(query(table)) { row in
            for (index, value) in row.enumerated() where index < tallies.count {
                if let value, !value.isEmpty { tallies[index].count(value) }
            }
        }
        return tallies.compactMap { tally in
            guard !tally.matches.isEmpty,
                let column = try? ColumnName(
                    text: QualifiedName.join([table.schema, table.name, tally.name]))
            else { return nil }
            return tally.scanned(column)
        }
    }

    private func query(_ table: Table) -> String {
        let columns = table.columns.map { "left(\(QualifiedName.quoted($0))::text, \(Self.valueLength))" }
        let pages =
            table.canBeSampled && table.rows > Double(Self.rowsPerSample * sampleRows)
            ? " TABLESAMPLE SYSTEM (\(min(100, 400 * Double(sampleRows) / table.rows)))" : ""
        return """
            SELECT \(columns.joined(separator: ", ")) FROM \(QualifiedName.quoted(table.schema)).\(QualifiedName.quoted(table.name))\(pages) \
            LIMIT \(sampleRows)
            """
    }
}

/// What was found in one column so far.
private struct ColumnTally {
    let name: String
    private let words: [UInt8]
    private var sampled = 0
    private(set) var matches: [Detector: Int] = [:]

    init(name: String) {
        self.name = name
        // The name of a column says as much about a number in it as the words before one in a text.
        words = Array("\(name): ".utf8)
    }

    mutating func count(_ value: String) {
        sampled += 1
        let text = words + Array(value.utf8)
        for detector in Set(DetectorSet.all.scan(text.span).compactMap(\.detector)) {
            matches[detector, default: 0] += 1
        }
    }

    func scanned(_ column: ColumnName) -> ScannedColumn {
        let evidence = matches.sorted { ($1.value, $0.key.name) < ($0.value, $1.key.name) }
        return ScannedColumn(
            column: column, sampled: sampled,
            evidence: evidence.map { ScanEvidence(detector: $0.key.name, matched: $0.value) })
    }
}
