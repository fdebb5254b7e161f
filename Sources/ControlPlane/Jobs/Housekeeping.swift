import APIModels
import Logging
import PostgresClient
import Reactor

/// What has to be done again and again, by any replica: each run is safe beside that of another.
struct Housekeeping: Sendable {
    private static let expiryInterval: Duration = .seconds(1)
    private static let cleaningInterval: Duration = .seconds(60)
    /// Answers to questions are of no use when nobody waits any more.
    private static let requestRetention: Duration = .seconds(3600)
    /// Longer than clocks of replicas differ.
    private static let rateWindowRetention: Duration = .seconds(600)
    private static let joinTokenRetention: Duration = .seconds(7 * 86_400)

    let services: Services
    private let logger = Logger(label: "sallyport.jobs")

    init(services: Services) {
        self.services = services
    }

    /// Runs until the task is cancelled. To be run by a task of `reactor`.
    func run(on reactor: Reactor) async {
        var cleaned = ContinuousClock.now - Self.cleaningInterval
        while !Task.isCancelled {
            await attempt("expiring approvals") { try await expireApprovals() }
            if ContinuousClock.now - cleaned >= Self.cleaningInterval {
                cleaned = .now
                await attempt("cleaning up") { try await clean() }
            }
            try? await reactor.sleep(for: Self.expiryInterval)
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            logger.warning("a job failed", error: error, metadata: ["job": "\(what)"])
        }
    }

    /// Ends approvals whose time is over, and tells those who wait.
    func expireApprovals() async throws {
        let now = services.now()
        let pending: SQL = "SELECT 1 FROM approvals WHERE status = 'pending' AND expires_at <= \(now) LIMIT 1"
        guard try await services.database.first(pending) != nil else { return }
        let context = ChangeContext(actor: .system, requestID: nil, at: now)
        try await services.change(context) { transaction in
            let store = ApprovalStore(database: transaction, baseURL: services.settings.publicURL)
            let expired = try await store.expire(at: now)
            return Changed(
                .noContent, audit: expired.map { AuditEntry("approval.expire", $0) },
                notices: expired.map(ChangeNotice.approval))
        }
    }

    /// Removes what nobody can use any more.
    func clean() async throws {
        let now = services.now()
        func before(_ duration: Duration) -> Timestamp { now.advanced(by: .zero - duration) }
        _ = try await services.database.run([
            "DELETE FROM idempotency_keys WHERE created_at < \(before(IdempotentResponses.retention))",
            "DELETE FROM agent_requests WHERE created_at < \(before(Self.requestRetention))",
            "DELETE FROM agent_streams WHERE alive_at < \(before(.seconds(300)))",
            "DELETE FROM rate_windows WHERE starts_at < \(before(Self.rateWindowRetention))",
            "DELETE FROM join_tokens WHERE expires_at < \(before(Self.joinTokenRetention))",
        ])
    }
}
