/// Whether new transactions of the session are read-only by default at the resource: the second line behind the judgement
/// that a statement only reads (docs/decisions/0008).
struct TransactionModes {
    /// What the gateway has asked for last; nil when a question of its own failed and nobody knows.
    private var isReadOnly: Bool? = false
    /// The session's own default is read-write, as the server said: only then may the gateway change it back and forth.
    private var ownIsReadWrite: Bool

    init(ownIsReadOnly: Bool) {
        ownIsReadWrite = !ownIsReadOnly
    }

    /// Whether anything but a plain read has to be announced first.
    var mayBeReadOnly: Bool { isReadOnly != false }

    /// Whether a plain read would run in a read-only transaction if the gateway said so now.
    var canBecomeReadOnly: Bool { isReadOnly != true && ownIsReadWrite }

    mutating func ask(readOnly: Bool) {
        isReadOnly = readOnly
    }

    mutating func askingFailed() {
        isReadOnly = nil
    }

    /// The server has said what the default is.
    mutating func learn(isReadOnly answer: Bool) {
        if isReadOnly == false { ownIsReadWrite = !answer }
    }
}
