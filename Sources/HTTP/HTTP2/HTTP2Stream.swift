import HTTPTypes
import Reactor

/// One exchange on an h2 connection, as its connection's actor sees it. Confined to that actor.
final class HTTP2Stream {
    enum Input {
        case open
        case ended(trailers: HTTPFields?)
        case failed(HTTPBodyError)
    }

    let id: Int32
    /// Body pieces that came and were not read; bounded by the stream's flow control window.
    private var pieces: [[UInt8]] = []
    private var nextPiece = 0
    private(set) var unreadBytes = 0
    /// Bytes that were taken and are kept until the exchange is over; like those in `pieces`, they count in the client's account.
    private(set) var keptBytes = 0
    private let account: HTTPClientAccount?
    private var receivedBytes = 0
    var input = Input.open
    private let reactor: Reactor
    // Made for who waits, since most streams are over before anyone has to.
    private var inputSignal: HTTPSignal?
    private var outputSignal: HTTPSignal?
    var owesContinue = false
    var isReading = false
    var isWriting = false
    /// The head is out and the application writes the body.
    var isStreaming = false
    var trailers: HTTPFields?
    /// What the application does for this stream: the server's handler, the client's request body.
    var task: Task<Void, Never>?
    /// The stream is over on the wire.
    var closeCode: UInt32?
    /// What had been framed of the outgoing body when the connection last looked for stalled streams.
    var framedAtLastSweep: Int?

    init(_ id: Int32, reactor: Reactor, account: HTTPClientAccount? = nil) {
        self.id = id
        self.reactor = reactor
        self.account = account
    }

    /// Fires when body bytes or the end have come, or will not come.
    ///
    /// To be had in the same breath as the look at what is there: who calls something that may wait can be put behind others as
    /// early as that.
    var inputChange: HTTPSignal {
        let signal = inputSignal ?? HTTPSignal(reactor)
        inputSignal = signal
        return signal
    }

    /// Fires when written bytes have been framed, or will not be; to be had as `inputChange` is.
    var outputChange: HTTPSignal {
        let signal = outputSignal ?? HTTPSignal(reactor)
        outputSignal = signal
        return signal
    }

    func outputMoved() { outputSignal?.fire() }

    func receive(_ piece: [UInt8], limit: Int) {
        // Counted in any case: the connection's window gets them back when the stream is released.
        unreadBytes += piece.count
        guard case .open = input else { return }
        receivedBytes += piece.count
        if receivedBytes > limit {
            input = .failed(.tooLarge(limit: limit))
        } else if let account, !account.take(piece.count) {
            input = .failed(.addressOverLimit)
        } else {
            pieces.append(piece)
        }
        inputSignal?.fire()
    }

    func end(trailers: HTTPFields?) {
        guard case .open = input else { return }
        input = .ended(trailers: trailers)
        inputSignal?.fire()
    }

    func fail(_ error: HTTPBodyError) {
        if case .open = input { input = .failed(error) }
        inputSignal?.fire()
        outputSignal?.fire()
    }

    /// The next unread piece; one that `isKept` stays in the client's account until `releaseKept`.
    func takePiece(isKept: Bool) -> [UInt8]? {
        guard nextPiece < pieces.count else { return nil }
        let piece = pieces[nextPiece]
        nextPiece += 1
        if nextPiece == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            nextPiece = 0
        }
        unreadBytes -= piece.count
        if isKept { keptBytes += piece.count } else { account?.giveBack(piece.count) }
        return piece
    }

    /// Nobody has what was taken of the body any more.
    func releaseKept() {
        account?.giveBack(keptBytes)
        keptBytes = 0
    }

    /// Drops what was not read; gives its size, which the connection's window gets back.
    func dropPieces() -> Int {
        account?.giveBack(pieces[nextPiece...].reduce(0) { $0 + $1.count })
        defer {
            pieces = []
            nextPiece = 0
            unreadBytes = 0
        }
        return unreadBytes
    }
}
