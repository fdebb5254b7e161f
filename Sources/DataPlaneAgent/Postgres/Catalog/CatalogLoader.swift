internal import Crypto
internal import PostgresWire
internal import Reactor
internal import SQLInspection

/// A snapshot, and the digest of the rows that it was made from.
struct LoadedCatalog: Sendable {
    let snapshot: CatalogSnapshot
    let digest: [UInt8]
    /// What names mean in a session that has just begun.
    let state: SessionProbe.Answer
    let systemViews: SystemViews
    /// Knows when nothing has changed since.
    let watch: CatalogWatch?
}

/// The definitions of the server's own views, for the next load.
struct SystemViews: Sendable {
    var version: String?
    var rows: [[String?]] = []
}

/// Reads the catalog of a database over a connection of the agent's own.
enum CatalogLoader {
    /// Rows of text a catalog may have in all; 10,000 tables take about 30 MiB.
    private static let maximumBytes = 1 << 30

    /// - Parameter known: from an earlier load of the same database; read again when its version is another one.
    static func load(
        _ target: UpstreamTarget, known: SystemViews = SystemViews(), on reactor: Reactor
    ) async throws(UpstreamFailure) -> LoadedCatalog {
        let parameters = [
            (name: "application_name", value: "sallyport catalog"), (name: "client_encoding", value: "UTF8"),
        ]
        let stream = try await UpstreamConnector.connect(to: target, parameters: parameters, on: reactor)
            .stream
        do throws(UpstreamFailure) {
            let rows = try await read(stream, known)
            // Sorting and indexing take a while for a large catalog: away from the reactor, whose sessions wait otherwise.
            let snapshot = await Task.detached { rows.builder.build() }.value
            let watch = CatalogWatch(stream, seen: rows.mark)
            await watch.closeWhenIdle()
            return LoadedCatalog(
                snapshot: snapshot, digest: rows.digest, state: rows.state, systemViews: rows.systemViews,
                watch: watch)
        } catch {
            stream.close()
            throw error
        }
    }

    private struct Rows: Sendable {
        var builder = CatalogSnapshot.Builder()
        var digest: [UInt8] = []
        let state: SessionProbe.Answer
        var systemViews = SystemViews()
        let mark: CatalogMark
    }

    private static func read(
        _ stream: ByteStream, _ known: SystemViews
    ) async throws(UpstreamFailure) -> Rows {
        var client = SimpleQueryClient(
            stream, deadline: .after(.seconds(60)), maximumBytes: maximumBytes)
        let state = try await SessionProbe.ask(stream)
        // Somebody's DDL may hold locks for as long as it likes; the last snapshot serves until they are gone.
        try await client.run("SET lock_timeout = '1s'") { _ in }
        for statement in CatalogSnapshot.preamble { try await client.run(statement) { _ in } }
        var rows = Rows(state: state, mark: try await mark(&client))
        var hash = SHA256()
        for query in CatalogQuery.allCases where query != .systemViews {
            try await client.runRaw(query.sql) { row, bytes in
                bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
                rows.builder.add(query, row: row)
            }
        }
        rows.systemViews = try await systemViews(&client, known)
        hash.update(data: Array((rows.systemViews.version ?? "").utf8))
        for row in rows.systemViews.rows { rows.builder.add(.systemViews, row: row) }
        try await client.run("COMMIT") { _ in }
        rows.digest = Array(hash.finalize())
        return rows
    }

    private static func mark(_ client: inout SimpleQueryClient) async throws(UpstreamFailure) -> CatalogMark {
        var mark: CatalogMark?
        try await client.run(CatalogMark.snapshot) { row in
            mark = row.first?.map { CatalogMark(visible: $0) }
        }
        if let first = mark {
            try await client.run(first.firstQuestion) { row in mark = first.answered(row) }
        }
        guard let mark else { throw .misconfigured("the server does not say what is visible to it") }
        return mark
    }

    private static func systemViews(
        _ client: inout SimpleQueryClient, _ known: SystemViews
    ) async throws(UpstreamFailure) -> SystemViews {
        var views = SystemViews()
        try await client.run(CatalogQuery.systemViewsVersion) { row in
            views.version = row.first.flatMap { $0 }
        }
        if views.version != nil, views.version == known.version { return known }
        try await client.run(CatalogQuery.systemViews.sql) { row in views.rows.append(row) }
        return views
    }
}

/// Simple queries over a connection of the agent's own, one at a time, rows as text.
struct SimpleQueryClient {
    private let stream: ByteStream
    private let deadline: Deadline
    private var budget: Int
    private var buffer: [UInt8] = []

    init(_ stream: ByteStream, deadline: Deadline, maximumBytes: Int) {
        self.stream = stream
        self.deadline = deadline
        budget = maximumBytes
    }

    /// Runs one statement of ours; each row goes to `body`.
    mutating func run(_ sql: String, _ body: ([String?]) -> Void) async throws(UpstreamFailure) {
        try await runRaw(sql) { row, _ in body(row) }
    }

    /// The same; `body` also gets the row as it came.
    mutating func runRaw(_ sql: String, _ body: ([String?], Span<UInt8>) -> Void)
        async throws(UpstreamFailure)
    {
        var message: [UInt8] = []
        QueryMessage.write(sql, into: &message)
        var failure: Report?
        do throws(IOError) {
            try await stream.write(message, deadline: deadline)
            while true {
                let bytes = try await stream.read(upTo: Reactor.readAreaSize, deadline: deadline)
                guard !bytes.isEmpty else {
                    throw IOError.system(errno: 104, operation: "the server closed the connection")
                }
                budget -= bytes.count
                guard budget > 0 else {
                    throw IOError.system(errno: 90, operation: "the catalog is larger than its limit")
                }
                buffer += bytes
                if try take(body, &failure) { break }
            }
        } catch {
            throw .unreachable(error)
        }
        if let failure { throw .login(.refused(failure)) }
    }

    /// Handles the whole messages at hand; true at ReadyForQuery.
    private mutating func take(
        _ body: ([String?], Span<UInt8>) -> Void, _ failure: inout Report?
    ) throws(IOError) -> Bool {
        var scanner = FrameScanner<BackendType>()
        defer { buffer.removeFirst(scanner.cursor) }
        while case .frame(let frame) = scanner.next(in: buffer.span) {
            let content = buffer.span.extracting(frame.body)
            switch frame.type {
            case .dataRow:
                guard let row = try? DataRow(decoding: content) else {
                    throw .system(errno: 71, operation: "a row of the catalog is malformed")
                }
                body(row.texts(in: content), content)
            case .errorResponse: failure = try? Report(decoding: content)
            case .readyForQuery: return true
            default: break
            }
        }
        return false
    }
}
