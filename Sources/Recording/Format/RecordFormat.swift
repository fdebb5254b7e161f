/// The record format, version 1. All integers are little-endian.
///
/// A record is a header, a payload, and zeros up to a multiple of 8 bytes; a *record stream* (a spool segment after its
/// header, the body of an upload, a stored recording) is records one after another.
///
///     offset  size  field
///          0     4  length      header and payload in bytes, without the zeros behind them; written last (see below)
///          4     4  checksum    CRC-32C of the bytes 8 ..< length
///          8     1  version     1
///          9     1  kind        see `RecordKind`
///         10     2  reserved    0
///         12     8  sequence    0 for the first record of a session, then one more each time
///         20    16  session     the session's id (a UUID, in its byte order); all zero for records of a lane
///         36    32  previous    SHA-256 of the record before in this session (its bytes 0 ..< length); zero for the first
///         68     –  payload     by kind, see the file of each in `Records/`
///
/// In payloads, `varint` is an unsigned LEB128 of at most ten bytes; `bytes` and `text` are a varint length and that many
/// bytes (text is UTF-8); `list` is a varint count and that many elements; `time` is 8 bytes, microseconds since
/// 1970-01-01T00:00:00Z, two's complement; `capped` is a varint total length, a varint kept length, the kept bytes, and, when
/// fewer are kept than there were, the SHA-256 (32 bytes) of all of them. Nothing may follow the last field.
///
/// **Crash safety.** The writer puts the length word down last, over zeros. A process that dies in the middle leaves a
/// record of length 0, which ends the stream; a power cut may leave anything, which the checksum finds.
///
/// **Worked example.** The close of a session as its `sequence` 1, held by a test:
///
///     5a 00 00 00                 length 90: 68 of header, 22 of payload
///     88 71 98 63                 CRC-32C of the 82 bytes from the version on
///     01 04 00 00                 version 1, kind 4 (session closed), reserved
///     01 00 00 00 00 00 00 00     sequence 1
///     01 90 00 00 00 00 70 00     session
///     80 00 00 00 00 00 00 01
///     e3 b0 c4 42 … 78 52 b8 55   SHA-256 of the record of sequence 0 (in the test: of nothing)
///     00 80 c6 a4 7e 8d 03 00     closed at 1,000,000,000,000,000 µs
///     07 64 72 61 69 6e 65 64     reason, 7 bytes: `drained`
///     02 ac 02 f0 a2 04           2 statements, 300 rows, 70,000 bytes
///     00 00 00 00 00 00           zeros, up to 96 bytes
package enum RecordFormat {
    package static let version: UInt8 = 1
    package static let headerLength = 68
    /// Records begin at multiples of this, so that the length word never straddles a cache line.
    package static let alignment = 8

    static let lengthOffset = 0
    static let checksumOffset = 4
    static let versionOffset = 8
    static let kindOffset = 9
    static let reservedOffset = 10
    static let sequenceOffset = 12
    static let sessionOffset = 20
    static let previousOffset = 36

    /// How far from a record of `length` bytes the next one begins.
    package static func stride(_ length: Int) -> Int { (length + alignment - 1) & ~(alignment - 1) }
}

/// What a record tells.
package enum RecordKind: UInt8, Sendable, CaseIterable {
    case sessionOpened = 1
    case statementStarted = 2
    case statementFinished = 3
    case sessionClosed = 4
    case checkpoint = 5
    /// A new process of the agent took the lane over: sessions of it that have no close were interrupted.
    case laneOpened = 6

    /// Whether it begins something that a later record has to end: the spool keeps room for those that end.
    package var begins: Bool {
        switch self {
        case .sessionOpened, .statementStarted, .laneOpened: true
        case .statementFinished, .sessionClosed, .checkpoint: false
        }
    }
}

/// What is kept of the parts of a record, so that each record fits in a segment and in memory.
package enum RecordLimits {
    /// One record. A segment of the spool must be larger; a decoder refuses more.
    package static let recordBytes = 8 << 20
    /// Of a statement's text; PostgreSQL clients rarely pass 1 MiB, and the digest covers what is not kept.
    package static let textBytes = 4 << 20
    /// Of one parameter.
    package static let parameterBytes = 64 << 10
    /// Of all parameters of one statement; a Bind message may have 65,535 of them.
    package static let parametersBytes = 1 << 20
    /// Of a response, whatever a policy says.
    package static let responseBytes = 1 << 20
    /// Of an error's message.
    package static let messageBytes = 8 << 10
    /// Tables, columns, rules, masks, approvals.
    package static let factsBytes = 1 << 20
}

/// Why bytes are not a record.
package enum RecordError: Error, Equatable, Sendable {
    /// The stream ends inside a record, or with a length of zero where a record was due.
    case truncated
    case length(Int)
    case checksum
    case version(UInt8)
    case kind(UInt8)
    case reserved
    /// The payload is not one of its kind: `field` is where it went wrong.
    case payload(field: String)
    /// A value is beyond `RecordLimits`.
    case tooLarge(field: String)
}
