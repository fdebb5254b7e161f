/// A record's payload, decoded.
package enum RecordContent: Hashable, Sendable {
    case sessionOpened(SessionOpened)
    case statementStarted(StatementStarted)
    case statementFinished(StatementFinished)
    case sessionClosed(SessionClosed)
    case checkpoint(Checkpoint)
    case laneOpened(LaneOpened)
}

extension Record {
    package func content() throws(RecordError) -> RecordContent {
        var reader = PayloadReader(payload)
        let content: RecordContent
        switch kind {
        case .sessionOpened: content = .sessionOpened(try SessionOpened(from: &reader))
        case .statementStarted: content = .statementStarted(try StatementStarted(from: &reader))
        case .statementFinished: content = .statementFinished(try StatementFinished(from: &reader))
        case .sessionClosed: content = .sessionClosed(try SessionClosed(from: &reader))
        case .checkpoint: content = .checkpoint(try Checkpoint(from: &reader))
        case .laneOpened: content = .laneOpened(try LaneOpened(from: &reader))
        }
        try reader.finish()
        return content
    }
}
