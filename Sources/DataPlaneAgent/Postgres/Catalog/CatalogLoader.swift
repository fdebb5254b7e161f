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
}

/// Reads the catalog of a database over a connection of the agent's own.
enum CatalogLoader {
    /// Rows of text a catalog may have in all; 10,000 tables take about 30 MiB.
    private static let maximumBytes = 1 << 30

    static func load(_ target: UpstreamTarget, on reactor: Reactor) async throws(UpstreamFailure)
        -> LoadedCatalog
    {
        let parameters = [
            (name: "application_name", value: "sallyport catalog"), (name: "client_encoding", value: "UTF8"),
        ]
        let connection = try await UpstreamConnector.connect(to: target, parameters: parameters, on: reactor)
        var client = SimpleQueryClient(
            connection.stream, deadline: .after(.seconds(60)), maximumBytes: maximumBytes)
        defer { connection.stream.close() }
        let state = try await SessionProbe.ask(connection.stream)
        // Somebody's DDL may hold locks for as long as it likes; the last snapshot serves until they are gone.
        try await client.run("SET lock_timeout = '1s'") { _ in }
        for statement in CatalogSnapshot.preamble { try await client.run(statement) { _ in } }
        var builder = CatalogSnapshot.Builder()
        var hash = SHA256()
        for query in CatalogQuery.allCases {
            try await client.run(query.sql) { row in
                for cell in row {
                    let text = cell ?? "\u{0}"
                    hash.update(data: Array(text.utf8))
                    hash.update(data: [0xff])
                }
                builder.add(query, row: row)
            }
        }
        try await client.run("COMMIT") { _ in }
        return LoadedCatalog(snapshot: builder.build(), digest: Array(hash.finalize()), state: state)
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
    private mutating func take(_ body: ([String?]) -> Void, _ failure: inout Report?) throws(IOError) -> Bool
    {
        var scanner = FrameScanner<BackendType>()
        defer { buffer.removeFirst(scanner.cursor) }
        while case .frame(let frame) = scanner.next(in: buffer.span) {
            let content = buffer.span.extracting(frame.body)
            switch frame.type {
            case .dataRow:
                guard let row = try? DataRow(decoding: content) else {
                    throw .system(errno: 71, operation: "a row of the catalog is malformed")
                }
                body(
                    row.cells.array(in: content).map { cell in
                        if case .bytes(let range) = cell { content.text(range) } else { nil }
                    })
            case .errorResponse: failure = try? Report(decoding: content)
            case .readyForQuery: return true
            default: break
            }
        }
        return false
    }
}
