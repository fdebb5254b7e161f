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
    private var receivedBytes = 0
    var input = Input.open
    /// Body bytes or the end have come, or will not come.
    let inputChanged: HTTPSignal
    /// Written bytes have been framed, or will not be.
    let outputChanged: HTTPSignal
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

    init(_ id: Int32, reactor: Reactor) {
        self.id = id
        inputChanged = HTTPSignal(reactor)
        outputChanged = HTTPSignal(reactor)
    }

    func receive(_ piece: [UInt8], limit: Int) {
        // Counted in any case: the connection's window gets them back when the stream is released.
        unreadBytes += piece.count
        guard case .open = input else { return }
        receivedBytes += piece.count
        if receivedBytes > limit {
            input = .failed(.tooLarge(limit: limit))
        } else {
            pieces.append(piece)
        }
        inputChanged.fire()
    }

    func end(trailers: HTTPFields?) {
        guard case .open = input else { return }
        input = .ended(trailers: trailers)
        inputChanged.fire()
    }

    func fail(_ error: HTTPBodyError) {
        if case .open = input { input = .failed(error) }
        inputChanged.fire()
        outputChanged.fire()
    }

    func takePiece() -> [UInt8]? {
        guard nextPiece < pieces.count else { return nil }
        let piece = pieces[nextPiece]
        nextPiece += 1
        if nextPiece == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            nextPiece = 0
        }
        unreadBytes -= piece.count
        return piece
    }

    /// Drops what was not read; gives its size, which the connection's window gets back.
    func dropPieces() -> Int {
        defer {
            pieces = []
            nextPiece = 0
            unreadBytes = 0
        }
        return unreadBytes
    }
}
