import APIModels

/// How many requests a principal may make, over all replicas together.
struct RateLimit: Sendable, Hashable {
    /// Windows begin at full minutes.
    static let windowSeconds: Int64 = 60

    /// Requests in each window.
    let requests: Int64

    init(requests: Int64 = 6_000) {
        self.requests = requests
    }

    /// The field value of draft-ietf-httpapi-ratelimit-headers that tells the limit.
    var policyField: String { "\"principal\";q=\(requests);w=\(Self.windowSeconds)" }

    /// How many requests a replica takes from the window at once: few when few are left, so that what one holds and does not
    /// need is a small part of what others may have.
    func portion(ofRemaining remaining: Int64) -> Int64 { min(max(remaining / 16, 1), 1_024) }
}

/// A minute in which requests are counted.
struct RateWindow: Sendable, Hashable, Comparable {
    let number: Int64

    init(at now: Timestamp) { number = now.seconds / RateLimit.windowSeconds }

    var start: Timestamp { Timestamp(seconds: number * RateLimit.windowSeconds) }

    /// Whole seconds until the next one begins, at least one.
    func secondsLeft(at now: Timestamp) -> Int64 {
        max(1, (number + 1) * RateLimit.windowSeconds - now.seconds)
    }

    static func < (left: RateWindow, right: RateWindow) -> Bool { left.number < right.number }
}

/// Where a principal stands within its limit.
struct RateStanding: Sendable, Hashable {
    let limit: RateLimit
    let isAllowed: Bool
    /// Requests that are left in the window, as far as this replica knows.
    let remaining: Int64
    let secondsLeft: Int64

    /// The field value of draft-ietf-httpapi-ratelimit-headers that tells the rest.
    var field: String { "\"principal\";r=" + String(remaining) + ";t=" + String(secondsLeft) }

    var problem: Problem {
        Problem(
            status: 429, code: .rateLimited, title: "Too many requests",
            detail:
                "At most \(limit.requests) requests are taken in \(RateLimit.windowSeconds) s. Try again in \(secondsLeft) s."
        )
    }
}
