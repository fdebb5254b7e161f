import PostgresClient
import Reactor
import Synchronization
import Testing

private final class Runs: Sendable {
    let count = Atomic<Int>(0)
}

@Suite struct PostgresPoolTests {
    @Test func neverOpensMoreThanItsLimit() async throws {
        let pool = try await TestPostgres.makePool(connections: 3)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await TestPostgres.reactors.run {
                        try await pool.first("SELECT \(number) AS number FROM pg_sleep(0.001)")?.get("number")
                            ?? -1
                    }
                }
            }
            var sum = 0
            for try await number in group { sum += number }
            #expect(sum == (0..<60).reduce(0, +))
        }
        let statistics = pool.statistics
        #expect(statistics.open <= 3)
        #expect(statistics.idle == statistics.open)
        #expect(statistics.waiting == 0)
        await pool.close()
    }

    @Test func waitsOnlyUntilItsDeadline() async throws {
        let pool = try await TestPostgres.makePool(connections: 1, acquireTimeout: .milliseconds(30))
        try await pool.withConnection { _ in
            do {
                try await pool.query("SELECT 1")
                Issue.record("a second connection was lent")
            } catch PostgresError.poolExhausted {
            }
        }
        #expect(try await pool.first("SELECT 1::bigint AS one")?.get("one") == 1)
        await pool.close()
    }

    @Test func whoIsCancelledAlreadyDoesNotStandInLine() async throws {
        let pool = try await TestPostgres.makePool(connections: 1, acquireTimeout: .seconds(600))
        try await pool.withConnection { _ in
            let late = Task {
                while !Task.isCancelled { await Task.yield() }
                return try await pool.query("SELECT 1")
            }
            late.cancel()
            await #expect(throws: PostgresError.self) { try await late.value }
            #expect(pool.statistics.waiting == 0)
        }
        await pool.close()
    }

    @Test func replacesAConnectionThatTheServerEnded() async throws {
        let pool = try await TestPostgres.makePool(connections: 1)
        await #expect(throws: PostgresError.self) {
            try await pool.query("SELECT pg_terminate_backend(pg_backend_pid())")
        }
        #expect(try await pool.first("SELECT 1::bigint AS one")?.get("one") == 1)
        #expect(pool.statistics.open == 1)
        await pool.close()
        await #expect(throws: PostgresError.self) { try await pool.query("SELECT 1") }
    }

    @Test func aTransactionThatThrowsLeavesNothing() async throws {
        struct Stop: Error {}
        let pool = try await TestPostgres.makePool(connections: 1)
        try await pool.query("CREATE TABLE t (id bigint)")
        await #expect(throws: Stop.self) {
            try await pool.transaction { transaction in
                try await transaction.execute("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        #expect(try await pool.first("SELECT count(*) AS count FROM t")?.get("count") == 0)
        await pool.close()
    }

    @Test func serializationFailuresAreRunAgain() async throws {
        let pool = try await TestPostgres.makePool(connections: 8)
        try await pool.query("CREATE TABLE counter (value bigint)")
        try await pool.query("INSERT INTO counter VALUES (0)")
        let runs = Runs()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await TestPostgres.reactors.run {
                        try await pool.transaction(.serializable) { transaction in
                            runs.count.wrappingAdd(1, ordering: .relaxed)
                            let value: Int =
                                try await transaction.first("SELECT value FROM counter")?.get("value") ?? 0
                            try await transaction.execute("UPDATE counter SET value = \(value + 1)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await pool.first("SELECT value FROM counter")?.get("value") == 4)
        #expect(runs.count.load(ordering: .relaxed) >= 4)
        await pool.close()
    }
}
