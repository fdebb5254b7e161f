import PostgresClient
import Reactor
import Testing

@Suite struct PostgresConnectionTests {
    @Test func everyTypeComesBackAsItWasSent() async throws {
        let pool = try await TestPostgres.makePool()
        let uuid = PostgresUUID(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        let instant = PostgresInstant(microsecondsSinceEpoch: 1_767_225_600_123_456)
        let json = PostgresJSON(utf8: Array(#"{"a": [1, null]}"#.utf8))
        let row = try #require(
            try await pool.first(
                """
                SELECT \("naïve ☃")::text AS text, \(Int64.min) AS int8, \(Int32(-7)) AS int4, \(2.5) AS float8,
                    \(true) AS bool, \(PostgresBytes([0, 1, 255])) AS bytea, \(uuid) AS uuid, \(instant) AS instant,
                    \(json) AS json, \(Int?.none) AS nothing, \(["a", "", "ü"]) AS texts, \([Int?.some(1), nil]) AS ints,
                    \([PostgresBytes([0]), PostgresBytes([])]) AS byte_arrays, \([String]()) AS empty, 7::smallint AS int2
                """))
        #expect(try row.get("text") == "naïve ☃")
        #expect(try row.get("int8") == Int64.min)
        #expect(try row.get("int4") == -7)
        #expect(try row.get("int2") == 7)
        #expect(try row.get("float8") == 2.5)
        #expect(try row.get("bool") == true)
        #expect(try row.get("bytea") == PostgresBytes([0, 1, 255]))
        #expect(try row.get("uuid") == uuid)
        #expect(try row.get("instant") == instant)
        #expect(try row.get("json") == json)
        #expect(try row.get("nothing", as: Int?.self) == nil)
        #expect(try row.get("texts") == ["a", "", "ü"])
        #expect(try row.get("ints") == [1, nil] as [Int?])
        #expect(try row.get("byte_arrays") == [PostgresBytes([0]), PostgresBytes([])])
        #expect(try row.get("empty") == [String]())
    }

    @Test func valuesAreBoundNotSpliced() async throws {
        let pool = try await TestPostgres.makePool()
        let hostile = "'; DROP TABLE x; --"
        let fragment: SQL = "\(hostile) = \(hostile)"
        let statement: SQL = "SELECT \(hostile)::text AS text WHERE \(fragment) AND \(1) = 1"
        #expect(statement.text == "SELECT $1::text AS text WHERE $2 = $3 AND $4 = 1")
        #expect(try await pool.first(statement)?.get("text") == hostile)
    }

    @Test func aWrongColumnTypeSaysWhichColumn() async throws {
        let pool = try await TestPostgres.makePool()
        let row = try #require(try await pool.first("SELECT 'x'::text AS name, NULL::int AS number"))
        #expect(throws: PostgresError.self) { try row.get("name", as: Int.self) }
        #expect(throws: PostgresError.self) { try row.get("number", as: Int.self) }
        do {
            _ = try row.get("absent", as: Int.self)
            Issue.record("an absent column was read")
        } catch {
            #expect(error.description == "column \"absent\": is not in the result")
        }
    }

    @Test func refusesTextWithNUL() async throws {
        let pool = try await TestPostgres.makePool()
        await #expect(throws: PostgresError.self) { try await pool.query("SELECT \("a\0b")::text") }
    }

    @Test func reportsStateAndConstraintAndGoesOn() async throws {
        let pool = try await TestPostgres.makePool(connections: 1)
        try await pool.query("CREATE TABLE t (id bigint CONSTRAINT t_pkey PRIMARY KEY)")
        try await pool.query("INSERT INTO t VALUES (\(1))")
        do {
            try await pool.query("INSERT INTO t VALUES (\(1))")
            Issue.record("a duplicate was accepted")
        } catch {
            let failure = try #require(error.server)
            #expect(failure.state == .uniqueViolation)
            #expect(failure.constraint == "t_pkey")
            #expect(failure.table == "t")
        }
        #expect(try await pool.execute("INSERT INTO t VALUES (\(2)), (\(3))") == 2)
    }

    @Test func aBatchIsOneRoundTripAndOneTransaction() async throws {
        let pool = try await TestPostgres.makePool(connections: 1)
        try await pool.query("CREATE TABLE t (id bigint PRIMARY KEY)")
        let results = try await pool.run([
            "INSERT INTO t VALUES (\(1))", "INSERT INTO t VALUES (\(2))", "SELECT count(*) AS count FROM t",
        ])
        #expect(results.map(\.affectedRows) == [1, 1, 1])
        #expect(try results[2][0].get("count") == 2)
        await #expect(throws: PostgresError.self) {
            try await pool.run([
                "INSERT INTO t VALUES (\(3))", "INSERT INTO t VALUES (\(1))", "SELECT \(9) AS never",
            ])
        }
        #expect(try await pool.first("SELECT count(*) AS count FROM t")?.get("count") == 2)
        #expect(try await pool.first("SELECT \(9) AS never")?.get("never") == 9)
    }

    @Test func largeBatchesBothWaysDoNotDeadlock() async throws {
        let pool = try await TestPostgres.makePool(connections: 1)
        let text = String(repeating: "x", count: 200_000)
        let results = try await pool.run((0..<100).map { _ in "SELECT \(text)::text AS text" })
        #expect(results.count == 100)
        #expect(try results[99][0].get("text") == text)
    }

    @Test func statementsBeyondTheCacheRunUnprepared() async throws {
        var configuration = try await TestPostgres.configuration()
        configuration.limits.preparedStatements = 2
        let connection = try await PostgresConnection.connect(configuration, on: TestPostgres.reactors.next())
        for round in 0..<3 {
            for number in 0..<5 {
                let statement = SQL(trusted: "SELECT \(number)::bigint AS number")
                #expect(try await connection.first(statement)?.get("number") == number, "round \(round)")
            }
        }
        // One of the two places is taken by the settings of the connection.
        #expect(
            try await connection.first("SELECT count(*) AS count FROM pg_prepared_statements")?.get("count")
                == 2)
        await connection.close()
    }

    @Test func aWrongAddressIsAnError() async throws {
        let nowhere = try PostgresConfiguration(
            url: "postgresql://x@/x?host=/nowhere", applicationName: "tests")
        await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(nowhere, on: TestPostgres.reactors.next())
        }
        #expect(throws: PostgresError.self) {
            try PostgresConfiguration(url: "postgresql://[", applicationName: "tests")
        }
    }

    /// A connection that is dropped unclosed gives its socket's number back; whoever gets it next must stay watched.
    @Test func connectionsThatAreDroppedLeaveOthersAlone() async throws {
        let configuration = try await TestPostgres.configuration()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<40 {
                        let connection = try await PostgresConnection.connect(
                            configuration, on: TestPostgres.reactors.next())
                        try await connection.query("SELECT 1 FROM pg_sleep(0.001)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
