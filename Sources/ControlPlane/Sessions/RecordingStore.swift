import APIModels
import Compression
import PostgresClient
import Recording

/// The records themselves.
struct RecordingStore: Sendable {
    let database: any PostgresDatabase

    /// Chunks read at once: an upload's worth of memory each at most.
    private static let chunksAtOnce = 4

    /// Gives the record streams of a session in order, a few at a time.
    func forEachChunk(of session: SessionID, _ body: ([UInt8]) async throws -> Void) async throws {
        var next: Int64 = 0
        while true {
            let rows = try await database.query(
                """
                SELECT first_sequence, is_compressed, content FROM recording_chunks
                WHERE session_id = \(session) AND first_sequence >= \(next)
                ORDER BY first_sequence LIMIT \(Self.chunksAtOnce)
                """)
            for row in rows {
                let content = try row.get("content", as: PostgresBytes.self).bytes
                let isCompressed: Bool = try row.get("is_compressed")
                let stream =
                    isCompressed
                    ? try Zstandard.decompress(content, limit: RecordUpload.contentLimit) : content
                try await body(stream)
                next = try row.get("first_sequence", as: Int64.self) + 1
            }
            if rows.count < Self.chunksAtOnce { return }
        }
    }
}
