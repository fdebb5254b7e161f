internal import PostgresWire
internal import Reactor

/// The connection that a catalog was read over, kept for a while: it tells whether anything in it has changed since.
///
/// A statement must not be judged by a look at the catalog from before it came. That look is one round trip here, and the whole
/// catalog is read only when there is something new in it.
actor CatalogWatch {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let stream: ByteStream
    private var seen: CatalogMark
    /// The check that has not begun: whoever asks may share it.
    private var next: Task<Bool, Never>?
    private var running: Task<Bool, Never>?
    private var uses: UInt64 = 0

    private static let timeout = Duration.seconds(5)
    /// Without a question for this long the connection is given back.
    private static let idleTime = Duration.seconds(600)

    /// - Parameter seen: of the transaction that read the catalog.
    init(_ stream: sending ByteStream, seen: CatalogMark) {
        reactor = stream.reactor
        self.stream = stream
        self.seen = seen
    }

    /// Whether the catalog is as it was read, looked at after the call.
    func isUnchanged() async -> Bool {
        if let next { return await next.value }
        let previous = running
        let task = Task(executorPreference: reactor) {
            _ = await previous?.value
            return await self.check()
        }
        next = task
        return await task.value
    }

    private func check() async -> Bool {
        running = next
        next = nil
        if stream.isClosed { return false }
        closeWhenIdle()
        var now: CatalogMark?
        var client = SimpleQueryClient(stream, deadline: .after(Self.timeout), maximumBytes: 1 << 20)
        do throws(UpstreamFailure) {
            try await client.run(seen.question) { row in now = seen.answered(row) }
        } catch {
            stream.close()
        }
        guard let now, now.rows == seen.rows else { return false }
        seen = now
        return true
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

/// Tells two states of the catalog apart: equal ones have the same rows, in the same versions.
struct CatalogMark {
    /// `pg_current_snapshot()`: two that are equal see the same.
    private var visible: String
    /// The oldest transaction that was running when the catalog was read. What is committed later is of it or of younger ones.
    private let oldest: UInt32
    /// Of each catalog, how many rows it has, and which versions of rows are not older than `oldest`.
    fileprivate(set) var rows = ""

    /// What the catalog is read from.
    private static let catalogs = [
        "namespace", "class", "attribute", "attrdef", "constraint", "inherits", "rewrite", "trigger",
        "policy", "index", "type",
        "range", "enum", "language", "proc", "aggregate", "operator", "opclass", "amop", "amproc", "cast",
        "event_trigger",
    ]

    static let snapshot = "SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text"

    /// - Parameter visible: the answer to `snapshot`.
    init(visible: String) {
        self.visible = visible
        oldest = UInt32(truncatingIfNeeded: UInt64(visible.prefix { $0 != ":" }) ?? 0)
    }

    /// Nothing is counted where nothing at all was committed since, in the whole cluster. (A standby does not say what is.)
    var question: String {
        question(unless: "visible OPERATOR(pg_catalog.=) '\(visible)' AND NOT pg_catalog.pg_is_in_recovery()")
    }

    /// Counts in any case.
    var firstQuestion: String { question(unless: "false") }

    private func question(unless condition: String) -> String {
        let rows = Self.catalogs.map { catalog in
            """
            (SELECT pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.md5(pg_catalog.string_agg(\
            pg_catalog.concat(ctid, xmin), ',' ORDER BY ctid) \
            FILTER (WHERE pg_catalog.age(xmin) OPERATOR(pg_catalog.<=) oldest))) FROM pg_catalog.pg_\(catalog))
            """
        }
        return """
            SELECT visible, CASE WHEN NOT (\(condition)) \
            THEN pg_catalog.concat_ws(',', \(rows.joined(separator: ", "))) END \
            FROM (SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text AS visible, \
            pg_catalog.age('\(oldest)'::pg_catalog.xid) AS oldest) AS now
            """
    }

    /// The mark that a row of the answer gives.
    func answered(_ row: [String?]) -> CatalogMark? {
        guard row.count == 2, let visible = row[0] else { return nil }
        var mark = self
        mark.visible = visible
        if let rows = row[1] { mark.rows = rows } else if visible != self.visible { return nil }
        return mark
    }
}
