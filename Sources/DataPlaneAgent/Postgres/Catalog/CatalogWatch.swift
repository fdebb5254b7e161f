internal import PostgresWire
internal import Reactor

/// The connection that a catalog was read over, kept for a while: it tells whether there is anything new since.
///
/// A statement with a name that the snapshot does not know must not be judged by a look from before it came. That look is one
/// round trip here, and the whole catalog is read only when there is something in it.
actor CatalogWatch {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let stream: ByteStream
    /// `pg_current_snapshot()` of the transaction that read the catalog: two that are equal see the same.
    private let seen: String
    /// The check that has not begun: whoever asks may share it.
    private var next: Task<News, Never>?
    private var running: Task<News, Never>?
    private var uses: UInt64 = 0

    enum News {
        /// Nothing was committed in the whole cluster.
        case none
        /// No name has come to be in this database; something may be gone or have changed.
        case noNames
        case some
    }

    static let visible = "SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text"
    private static let timeout = Duration.seconds(5)
    /// Without a question for this long the connection is given back.
    private static let idleTime = Duration.seconds(30)

    init(_ stream: sending ByteStream, seen: String) {
        reactor = stream.reactor
        self.stream = stream
        self.seen = seen
    }

    /// What there is since the catalog was read, looked at after the call.
    func news() async -> News {
        if let next { return await next.value }
        let previous = running
        let task = Task(executorPreference: reactor) {
            _ = await previous?.value
            return await self.check()
        }
        next = task
        return await task.value
    }

    /// Rows of the catalogs that name things, by the transaction that made them: at or after the oldest that was running when
    /// the catalog was read.
    private var question: String {
        let oldest = UInt64(seen.prefix { $0 != ":" }) ?? 0
        let news = ["namespace", "class", "attribute", "proc", "type", "operator"].map { catalog in
            """
            EXISTS (SELECT 1 FROM pg_catalog.pg_\(catalog) WHERE pg_catalog.age(xmin) OPERATOR(pg_catalog.<=) \
            pg_catalog.age('\(UInt32(truncatingIfNeeded: oldest))'::pg_catalog.xid))
            """
        }
        return """
            SELECT visible, visible OPERATOR(pg_catalog.<>) '\(seen)' AND (\(news.joined(separator: " OR "))) \
            FROM (SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text AS visible) AS now
            """
    }

    private func check() async -> News {
        running = next
        next = nil
        if stream.isClosed { return .some }
        closeWhenIdle()
        var answer = News.some
        var client = SimpleQueryClient(stream, deadline: .after(Self.timeout), maximumBytes: 1 << 20)
        do throws(UpstreamFailure) {
            try await client.run(question) { row in
                if row.count == 2, row[1] == "f" { answer = row[0] == seen ? .none : .noNames }
            }
        } catch {
            stream.close()
        }
        return answer
    }

    /// From now on, or from the next question on.
    func closeWhenIdle() {
        uses += 1
        let use = uses
        reactor.schedule(after: Self.idleTime) { [weak self] in
            self?.assumeIsolated { watch in
                if watch.uses == use { watch.stream.close() }
            }
        }
    }

    func close() { stream.close() }
}
