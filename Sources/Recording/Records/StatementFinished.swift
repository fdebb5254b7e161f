/// What a resource, or the agent, answered instead of a result.
package struct RecordedError: Hashable, Sendable {
    /// SQLSTATE, or the protocol's own code.
    package var code: String
    package var message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}

/// How many cells of one column of a result were masked, and by which rule; never what they held.
package struct RecordedMasking: Hashable, Sendable {
    /// Which result of the statement's text, and which of its columns, both from 0.
    package var result: Int
    package var column: Int
    package var policy: String
    package var rule: Int
    package var cells: UInt64

    package init(result: Int, column: Int, policy: String, rule: Int, cells: UInt64) {
        self.result = result
        self.column = column
        self.policy = policy
        self.rule = rule
        self.cells = cells
    }
}

/// The end of a statement: the writer's side, which owns nothing but the error and what was masked.
///
///     varint number · time finished · varint ns taken · varint rows · text command tag · 1 byte whether an error follows ·
///     text code · text message · capped response ·
///     where anything was masked: varint count · for each varint result · varint column · text policy · varint rule ·
///     varint cells
///
/// The response is what the client saw, after masking. Its total length is the bytes of the whole response.
package struct StatementFinishedView: RecordPayload {
    package static let kind = RecordKind.statementFinished

    package var number: UInt64
    package var finishedAt: RecordTime
    /// From the statement's forwarding (for a refused one, from its arrival) to the end of its result.
    package var durationNanoseconds: UInt64
    package var rows: UInt64
    /// As the resource sent it, such as `SELECT 1`; empty when there was none.
    package var commandTag: UnsafeRawBufferPointer
    package var error: RecordedError?
    package var response: ResponseCapture.View
    package var masked: [RecordedMasking]

    package init(
        number: UInt64, finishedAt: RecordTime, durationNanoseconds: UInt64, rows: UInt64,
        commandTag: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        error: RecordedError? = nil,
        response: ResponseCapture.View = .empty, masked: [RecordedMasking] = []
    ) {
        self.number = number
        self.finishedAt = finishedAt
        self.durationNanoseconds = durationNanoseconds
        self.rows = rows
        self.commandTag = commandTag
        self.error = error
        self.response = response
        self.masked = masked
    }

    package var encodedLengthBound: Int {
        var bound =
            96 + min(commandTag.count, RecordLimits.messageBytes) + response.kept.count + RecordHash.length
        if let error {
            bound += 32 + error.code.utf8.count + min(error.message.utf8.count, RecordLimits.messageBytes)
        }
        for masking in masked { bound += 50 + masking.policy.utf8.count }
        return bound + 10
    }

    package func encode(into writer: inout PayloadWriter) {
        writer.varint(number)
        writer.time(finishedAt)
        writer.varint(durationNanoseconds)
        writer.varint(rows)
        writer.bytes(UnsafeRawBufferPointer(rebasing: commandTag.prefix(RecordLimits.messageBytes)))
        writer.byte(error == nil ? 0 : 1)
        if let error {
            writer.text(error.code)
            writer.text(error.message.shortened(toUTF8: RecordLimits.messageBytes))
        }
        writer.varint(response.totalBytes)
        writer.bytes(response.kept)
        if let digest = response.digest { writer.hash(digest) }
        if masked.isEmpty { return }
        writer.varint(UInt64(masked.count))
        for masking in masked {
            writer.varint(UInt64(masking.result))
            writer.varint(UInt64(masking.column))
            writer.text(masking.policy)
            writer.varint(UInt64(masking.rule))
            writer.varint(masking.cells)
        }
    }
}

/// The end of a statement as it stands in a recording.
package struct StatementFinished: Hashable, Sendable {
    package var number: UInt64
    package var finishedAt: RecordTime
    package var durationNanoseconds: UInt64
    package var rows: UInt64
    package var commandTag: String
    package var error: RecordedError?
    package var response: CappedBytes
    package var masked: [RecordedMasking] = []

    init(from reader: inout PayloadReader) throws(RecordError) {
        number = try reader.varint("number")
        finishedAt = try reader.time("finished_at")
        durationNanoseconds = try reader.varint("duration")
        rows = try reader.varint("rows")
        commandTag = String(decoding: try reader.bytes("command_tag"), as: UTF8.self)
        if try reader.flag("error") {
            error = RecordedError(
                code: try reader.text("error.code"), message: try reader.text("error.message"))
        }
        response = try reader.capped("response")
        guard reader.remaining > 0 else { return }
        for _ in 0..<(try reader.length("masked")) {
            masked.append(
                RecordedMasking(
                    result: Int(clamping: try reader.varint("masked.result")),
                    column: Int(clamping: try reader.varint("masked.column")),
                    policy: try reader.text("masked.policy"),
                    rule: Int(clamping: try reader.varint("masked.rule")),
                    cells: try reader.varint("masked.cells")))
        }
        // None is written as nothing, so that equal records have equal bytes.
        if masked.isEmpty { throw .payload(field: "masked") }
    }
}

extension String {
    /// The longest beginning of whole characters that takes at most `count` bytes.
    func shortened(toUTF8 count: Int) -> String {
        guard utf8.count > count else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: count)
        while end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}
