import HTTPTypes

/// One request and its answer on an HTTP/1.1 connection: how far each has come.
struct HTTP1ServerExchange {
    enum Input {
        case open
        case ended(trailers: HTTPFields?)
        case failed(HTTPBodyError)
    }

    enum Output {
        case pending
        /// The head is out and the handler writes the body.
        case streaming(Framing)
        case done
    }

    enum Framing {
        case chunked
        case length(remaining: Int)
        case untilClose
    }

    let number: Int
    let isHead: Bool
    let version: HTTPVersion
    let keepsAlive: Bool
    var input: Input
    var output = Output.pending
    /// What is still to come of a body of known length.
    var remainingInput: Int?
    var owesContinue: Bool
    var trailers: HTTPFields?
    /// Bytes of the body that the handler has collected, as they count in the client's account.
    var keptBytes = 0
    var isHandling = false
    var isReading = false
    var isWriting = false
    /// The connection ends after the answer.
    var closes = false
    var isOver = false

    init(number: Int, head: HTTP1RequestHead) {
        self.number = number
        isHead = head.request.method == .head
        version = head.version
        keepsAlive = head.keepsAlive
        input = head.framing == .none ? .ended(trailers: nil) : .open
        remainingInput = head.framing.length
        owesContinue = head.expectsContinue && head.framing != .none
    }

    /// No request: before the first one, and for answers to what is none.
    init() {
        number = 0
        isHead = false
        version = .http11
        keepsAlive = false
        input = .ended(trailers: nil)
        owesContinue = false
    }

    /// The bytes that were kept, which nobody has any more.
    mutating func takeKept() -> Int {
        defer { keptBytes = 0 }
        return keptBytes
    }

    var mayHaveInput: Bool {
        switch input {
        case .open, .failed: true
        case .ended: false
        }
    }
}
