import APIModels
import Logging
import Observability
import PostgresClient
import Reactor

/// What the nouns work with. Holds no state that another replica could not take over.
final class Services: Sendable {
    let settings: ServiceSettings
    let database: PostgresPool
    let masterKey: MasterKey
    let accessTokens: AccessTokens
    let changes: ChangeHub
    let metrics: MetricsRegistry
    let reactors: ReactorGroup
    let authentications = AuthenticationCache()
    let rateLimiter: RateLimiter
    private let random = BufferedRandom()
    private let clock: @Sendable () -> Timestamp

    init(
        settings: ServiceSettings, database: PostgresPool, masterKey: MasterKey, reactors: ReactorGroup,
        metrics: MetricsRegistry = MetricsRegistry(),
        clock: @escaping @Sendable () -> Timestamp = SystemClock.now
    ) {
        self.settings = settings
        self.database = database
        self.masterKey = masterKey
        self.reactors = reactors
        self.metrics = metrics
        self.clock = clock
        accessTokens = AccessTokens(database: database, masterKey: masterKey, issuer: settings.publicURL)
        changes = ChangeHub(reactors: reactors)
        rateLimiter = RateLimiter(limit: settings.rateLimit, database: database)
    }

    /// The time, to the millisecond, so that a time that was stored comes back equal.
    func now() -> Timestamp { Timestamp(milliseconds: clock().milliseconds) }

    func makeID<Kind>(_ type: TypedID<Kind>.Type) -> TypedID<Kind> {
        var generator = random.generator
        return TypedID(at: now(), using: &generator)
    }

    /// The trace that a request belongs to.
    func traceContext(_ traceparent: String?) -> TraceContext {
        var generator = random.generator
        return TraceContext(
            traceparent: traceparent, random: .init(generator.next(), generator.next(), generator.next()))
    }

    /// Takes what the listening connection says.
    func handle(_ event: NotificationListener.Event) {
        switch event {
        case .notified(let notification) where notification.channel != ChangeHub.configurationChannel: break
        case .notified, .listening, .interrupted: authentications.invalidate()
        }
        changes.handle(event)
    }

    /// Random bytes of the system, fit for keys.
    func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
}

/// What operations need to know of the settings.
struct ServiceSettings: Sendable {
    /// Where clients and agents reach the control plane, without a slash at the end.
    let publicURL: String
    /// How long agents may go on without the control plane.
    var lease: DurationText = .hours(1)
    /// Life of the passwords that `POST /v1/resources/{name}/credentials` gives out, unless asked for less or more.
    var credentialLifetime: DurationText = .minutes(15)
    var longestCredentialLifetime: DurationText = .hours(12)
    /// An agent that is silent for longer counts as offline: three heartbeats.
    var agentSilence: Duration = .seconds(45)
    /// How long an agent may take to answer a question.
    var agentAnswerTime: Duration = .seconds(10)
    /// What each principal may ask of all replicas together.
    var rateLimit = RateLimit()
    /// Whether each request has a line in the log.
    var logsAccess = true
}
