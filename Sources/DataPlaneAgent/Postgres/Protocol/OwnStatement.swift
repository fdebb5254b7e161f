internal import PostgresWire

/// A statement of the gateway's own in the client's session: Parse, Bind and Execute under a name that no client can use, so that
/// the client's unnamed statement and portal stay. Both are closed behind it, and in front: one that has failed leaves its portal.
struct OwnStatement {
    let text: String
    let purpose: Purpose

    enum Purpose { case probe, transactionMode, catalog, plans }

    /// The messages of it that are answered, in order.
    enum Part: CaseIterable {
        case clearPortal, clearStatement, parse, bind, execute, closePortal, closeStatement
    }

    /// Under which the server holds it while it runs.
    static let name = WireName("sallyport_own")

    /// - Parameter closing: a Sync ends the pipeline that the statement began; without, it is part of the client's own and a
    ///   Flush brings the answer.
    func write(closing: Bool, into bytes: inout [UInt8]) {
        let name = Self.name.description
        TargetMessage.writeClose(.portal, name, into: &bytes)
        TargetMessage.writeClose(.statement, name, into: &bytes)
        ParseMessage.write(name: name, text: text, into: &bytes)
        BindMessage.write(portal: name, statement: name, into: &bytes)
        ExecuteMessage.write(portal: name, into: &bytes)
        TargetMessage.writeClose(.portal, name, into: &bytes)
        TargetMessage.writeClose(.statement, name, into: &bytes)
        if closing {
            EmptyFrontendMessage.writeSync(into: &bytes)
        } else {
            EmptyFrontendMessage.writeFlush(into: &bytes)
        }
    }

    /// The server plans anew what it keeps: prepared statements, and those of functions.
    static let discardPlans = OwnStatement(text: "DISCARD PLANS", purpose: .plans)

    /// Makes new transactions of the session read-only, or read-write again.
    static func transactionMode(readOnly: Bool) -> OwnStatement {
        OwnStatement(
            text: "SET default_transaction_read_only = \(readOnly ? "on" : "off")", purpose: .transactionMode)
    }
}
