/// What one replica knows of one principal's requests in one window: pure bookkeeping, without clock or database.
struct RateAccount: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        /// The request is taken; so many are left.
        case allowed(remaining: Int64)
        case refused
        /// Nothing is in hand: this many are to be taken from the window that all replicas share.
        case needsPortion(Int64)
    }

    let window: RateWindow
    private let limit: RateLimit
    /// Requests that were taken from the window and not made yet.
    private var held: Int64 = 0
    /// What was left to all replicas when this one last looked.
    private var remaining: Int64

    init(window: RateWindow, limit: RateLimit) {
        self.window = window
        self.limit = limit
        remaining = limit.requests
    }

    mutating func request() -> Step {
        if let remaining = takeHeld() { return .allowed(remaining: remaining) }
        return remaining > 0 ? .needsPortion(limit.portion(ofRemaining: remaining)) : .refused
    }

    /// Takes a request from what is in hand, and gives how many are left after it; nil when nothing is.
    mutating func takeHeld() -> Int64? {
        guard held > 0 else { return nil }
        held -= 1
        return held + remaining
    }

    /// What to take from the window already, before what is in hand is used up and everyone has to wait for more. Nil while there is
    /// enough, and where so little is left to all that nobody should hold more than needed.
    var portionAhead: Int64? {
        let portion = limit.portion(ofRemaining: remaining)
        return portion >= Self.leastAhead && held < portion / 2 ? portion : nil
    }

    private static let leastAhead: Int64 = 64

    /// A portion was asked for, after which all replicas together had asked for `used` in this window.
    mutating func received(portion: Int64, used: Int64) {
        held += min(portion, max(0, limit.requests - (used - portion)))
        remaining = max(0, limit.requests - used)
    }
}
