/// How long to wait before the next attempt: at once after a connection that worked, then twice as long each
/// time, at random within the upper half, so that a thousand agents do not come back in step.
struct Backoff: Sendable {
    /// An agent is to be with another replica within five seconds.
    static let longest = Duration.seconds(4)
    static let shortest = Duration.milliseconds(100)

    private var ceiling = Backoff.shortest

    mutating func succeeded() { ceiling = Self.shortest }

    mutating func next(using generator: inout some RandomNumberGenerator) -> Duration {
        defer { ceiling = min(ceiling * 2, Self.longest) }
        return ceiling * Double.random(in: 0.5...1, using: &generator)
    }
}
