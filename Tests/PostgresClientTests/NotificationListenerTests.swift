import Logging
import PostgresClient
import Reactor
import Testing

@Suite struct NotificationListenerTests {
    @Test func deliversAndTellsToReadAnewAfterEachConnection() async throws {
        let configuration = try await TestPostgres.configuration()
        let pool = PostgresPool(configuration, on: TestPostgres.reactors, logger: Logger(label: "tests"))
        let (events, continuation) = AsyncStream<String>.makeStream()
        let reactor = TestPostgres.reactors.next()
        let listener = NotificationListener(
            configuration, channels: ["changes"], on: reactor, logger: Logger(label: "tests")
        ) { event in
            switch event {
            case .listening: continuation.yield("listening")
            case .notified(let notification):
                continuation.yield("\(notification.channel):\(notification.payload)")
            case .interrupted: continuation.yield("interrupted")
            }
        }
        let task = reactor.spawn { await listener.run() }
        var iterator = events.makeAsyncIterator()
        #expect(await iterator.next() == "listening")
        try await pool.query("SELECT pg_notify('changes', \("one"))")
        #expect(await iterator.next() == "changes:one")
        try await pool.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        #expect(await iterator.next() == "interrupted")
        #expect(await iterator.next() == "listening")
        try await pool.query("SELECT pg_notify('changes', 'two')")
        #expect(await iterator.next() == "changes:two")
        task.cancel()
        await task.value
        await pool.close()
    }
}
