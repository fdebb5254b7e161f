/// The end of a session. A recording without it is of a session that is live or was interrupted.
///
///     time closed · text reason · varint statements · varint rows · varint bytes to the client
package struct SessionClosed: Hashable, Sendable, RecordPayload {
    package static let kind = RecordKind.sessionClosed

    package var closedAt: RecordTime
    /// A stable word: `client_closed`, `upstream_closed`, `terminated`, `expired`, `drained`, `error`.
    package var reason: String
    package var statements: UInt64
    package var rows: UInt64
    package var responseBytes: UInt64

    package init(
        closedAt: RecordTime, reason: String, statements: UInt64, rows: UInt64, responseBytes: UInt64
    ) {
        self.closedAt = closedAt
        self.reason = reason
        self.statements = statements
        self.rows = rows
        self.responseBytes = responseBytes
    }

    package var encodedLengthBound: Int { 48 + reason.utf8.count }

    package func encode(into writer: inout PayloadWriter) {
        writer.time(closedAt)
        writer.text(reason)
        writer.varint(statements)
        writer.varint(rows)
        writer.varint(responseBytes)
    }

    init(from reader: inout PayloadReader) throws(RecordError) {
        closedAt = try reader.time("closed_at")
        reason = try reader.text("reason")
        statements = try reader.varint("statements")
        rows = try reader.varint("rows")
        responseBytes = try reader.varint("response_bytes")
    }
}
