/// A rate limit: `burst` at once, then `perSecond`. Time comes in with each question.
struct TokenBucket {
    private let rate: HTTPRate
    private var tokens: Double
    /// Nanoseconds of a monotonic clock.
    private var filledAt: UInt64

    init(_ rate: HTTPRate, now: UInt64) {
        self.rate = rate
        tokens = Double(rate.burst)
        filledAt = now
    }

    /// Takes one token; false when there is none.
    mutating func take(now: UInt64) -> Bool {
        if tokens < 1 {
            let elapsed = now > filledAt ? Double(now - filledAt) / 1e9 : 0
            tokens = min(Double(rate.burst), tokens + elapsed * Double(rate.perSecond))
            filledAt = now
        }
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
