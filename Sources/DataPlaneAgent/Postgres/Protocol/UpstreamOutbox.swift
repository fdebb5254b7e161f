internal import PostgresWire
internal import Reactor

/// Messages that no policy speaks about: they carry no statement, and what they act on was decided on before.
enum ControlMessage {
    case describe, close, sync, flush, copyData, copyDone, copyFail, terminate
}

/// The only way to the resource. A message that carries or starts a statement goes through `forward(_:of:as:)`, which
/// takes an `AuthorizedStatement`, and only a decision makes one.
struct UpstreamOutbox {
    private var relay = RelayBuffer()

    var backlog: Int { relay.backlog }

    /// Query or Execute, byte for byte.
    mutating func forward(_ range: Range<Int>, of input: UnsafeRawBufferPointer, as _: AuthorizedStatement) {
        relay.pass(range, of: input)
    }

    /// Parse or Bind, byte for byte.
    mutating func forward(_ range: Range<Int>, of input: UnsafeRawBufferPointer, as _: AuthorizedPreparation)
    {
        relay.pass(range, of: input)
    }

    mutating func forward(_ range: Range<Int>, of input: UnsafeRawBufferPointer, as _: ControlMessage) {
        relay.pass(range, of: input)
    }

    /// A part of a CopyData message as a message of its own: where a message ends says nothing to the server.
    mutating func forwardCopyData(_ data: Range<Int>, of input: UnsafeRawBufferPointer) {
        guard !data.isEmpty else { return }
        relay.insert(of: input) { bytes in
            bytes.append(FrontendType.copyData.rawValue)
            bytes.appendUInt32(UInt32(truncatingIfNeeded: data.count + 4))
        }
        relay.pass(data, of: input)
    }

    /// In the place of rows that were refused.
    mutating func insertCopyFail(of input: UnsafeRawBufferPointer) {
        relay.insert(of: input) { CopyFailMessage.write("refused by sallyport", into: &$0) }
    }

    /// A message that the server refuses without doing anything, in the place of a statement that was refused here. Its
    /// error has all the effects that an error of the statement would have: it aborts a transaction block, undoes an
    /// implicit transaction, and makes the server skip to Sync.
    mutating func insertFailure(of input: UnsafeRawBufferPointer, simple: Bool) {
        relay.insert(of: input) { Self.writeFailure(simple: simple, into: &$0) }
    }

    mutating func insertFailure(simple: Bool) {
        relay.insert { Self.writeFailure(simple: simple, into: &$0) }
    }

    /// A statement name that no client can hold: it is longer than the server keeps names, and is refused by us in Parse.
    private static let missingStatement = "sallyport refused this statement"

    private static func writeFailure(simple: Bool, into bytes: inout [UInt8]) {
        if simple {
            // A syntax error, raised before the text is given any meaning; the operator finds it in the server's log.
            QueryMessage.write("-- refused by sallyport\n)", into: &bytes)
        } else {
            TargetMessage.writeDescribe(.statement, missingStatement, into: &bytes)
        }
    }

    /// Whether a client's statement name is the one kept for failures.
    static func isReserved(_ name: WireName) -> Bool {
        name == reservedFailureName || name == OwnStatement.name
    }

    private static let reservedFailureName = WireName(missingStatement)

    /// Asks for the columns of a portal, for our own use.
    mutating func insertDescribe(portal: [UInt8], of input: UnsafeRawBufferPointer) {
        relay.insert(of: input) { bytes in
            bytes.appendFrame(FrontendType.describe.rawValue) { bytes in
                bytes.append(TargetMessage.Target.portal.rawValue)
                bytes.append(contentsOf: portal)
                bytes.append(0)
            }
        }
    }

    mutating func insert(_ statement: OwnStatement, closing: Bool) {
        relay.insert { statement.write(closing: closing, into: &$0) }
    }

    mutating func insert(_ statement: OwnStatement, closing: Bool = true, of input: UnsafeRawBufferPointer) {
        relay.insert(of: input) { statement.write(closing: closing, into: &$0) }
    }

    /// BEGIN, in front of a statement whose effect is limited.
    mutating func insertBegin(of input: UnsafeRawBufferPointer) {
        relay.insert(of: input) { QueryMessage.write("BEGIN", into: &$0) }
    }

    mutating func insertEnd(commits: Bool) {
        relay.insert { QueryMessage.write(commits ? "COMMIT" : "ROLLBACK", into: &$0) }
    }

    mutating func insertFlush() {
        relay.insert { EmptyFrontendMessage.writeFlush(into: &$0) }
    }

    mutating func insertTerminate() {
        relay.insert { EmptyFrontendMessage.writeTerminate(into: &$0) }
    }

    mutating func flush(_ input: UnsafeRawBufferPointer, to stream: ByteStream) throws(IOError) -> Bool {
        try relay.flush(input, to: stream)
    }

    mutating func flush(to stream: ByteStream) throws(IOError) -> Bool {
        try relay.flush(to: stream)
    }
}
