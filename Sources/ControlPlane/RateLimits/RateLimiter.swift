import APIModels
import PostgresClient
import Reactor
import Synchronization

/// Counts the requests of principals, right across replicas: each takes portions of a window that all share in the database,
/// and counts those down by itself. Together they never let more through than the limit.
final class RateLimiter: Sendable {
    private struct Entry {
        var account: RateAccount
        /// Takes a portion now; those who find nothing in hand wait for it, so that a burst costs one query.
        var taking: Task<Void, any Error>?
    }

    /// Accounts of past windows are forgotten when there are this many.
    private static let forgettingCount = 4_096

    let limit: RateLimit
    private let database: PostgresPool
    private let entries = Mutex<[PrincipalID: Entry]>([:])

    init(limit: RateLimit, database: PostgresPool) {
        self.limit = limit
        self.database = database
    }

    /// Counts one request where that takes neither the database nor a wait; nil where it does, and then `count` is to be called.
    func countAtHand(_ principal: PrincipalID, at now: Timestamp, on reactor: Reactor) -> RateStanding? {
        let window = RateWindow(at: now)
        let remaining = entries.withLock { entries -> Int64? in
            guard let place = entries.index(forKey: principal),
                entries.values[place].account.window == window,
                let remaining = entries.values[place].account.takeHeld()
            else { return nil }
            if entries.values[place].taking == nil, let portion = entries.values[place].account.portionAhead {
                entries.values[place].taking = take(portion, of: window, for: principal, on: reactor)
            }
            return remaining
        }
        return remaining.map { remaining in
            RateStanding(
                limit: limit, isAllowed: true, remaining: remaining, secondsLeft: window.secondsLeft(at: now))
        }
    }

    /// Counts one request. To be called on a reactor.
    func count(_ principal: PrincipalID, at now: Timestamp, on reactor: Reactor) async throws -> RateStanding
    {
        let window = RateWindow(at: now)
        func standing(_ isAllowed: Bool, _ remaining: Int64) -> RateStanding {
            RateStanding(
                limit: limit, isAllowed: isAllowed, remaining: remaining,
                secondsLeft: window.secondsLeft(at: now))
        }
        while true {
            let taking: Task<Void, any Error>
            switch entries.withLock({ step(principal, window, on: reactor, &$0) }) {
            case .allowed(let remaining): return standing(true, remaining)
            case .refused: return standing(false, 0)
            case .wait(let task): taking = task
            }
            try await taking.value
        }
    }

    private enum Outcome {
        case allowed(remaining: Int64)
        case refused
        case wait(Task<Void, any Error>)
    }

    private func step(
        _ principal: PrincipalID, _ window: RateWindow, on reactor: Reactor,
        _ entries: inout [PrincipalID: Entry]
    ) -> Outcome {
        var entry = entries[principal] ?? Entry(account: RateAccount(window: window, limit: limit))
        // A request that came in an earlier window and was overtaken counts in the later one.
        if entry.account.window < window {
            if entries.count >= Self.forgettingCount {
                entries = entries.filter { $0.value.account.window >= window }
            }
            entry = Entry(account: RateAccount(window: window, limit: limit))
        }
        defer { entries[principal] = entry }
        switch (entry.account.request(), entry.taking) {
        case (.allowed(let remaining), _): return .allowed(remaining: remaining)
        case (_, let taking?): return .wait(taking)
        case (.refused, nil): return .refused
        case (.needsPortion(let portion), nil):
            let task = take(portion, of: entry.account.window, for: principal, on: reactor)
            entry.taking = task
            return .wait(task)
        }
    }

    private func take(
        _ portion: Int64, of window: RateWindow, for principal: PrincipalID, on reactor: Reactor
    ) -> Task<Void, any Error> {
        Task(executorPreference: reactor) { try await self.take(portion, of: window, for: principal) }
    }

    private func take(_ portion: Int64, of window: RateWindow, for principal: PrincipalID) async throws {
        let used: Int64?
        do {
            used = try await database.first(
                """
                INSERT INTO rate_windows (principal_id, starts_at, used) VALUES (\(principal), \(window.start), \(portion))
                ON CONFLICT ON CONSTRAINT rate_windows_pkey DO UPDATE SET used = rate_windows.used + excluded.used
                RETURNING used
                """
            )?.get("used")
        } catch {
            finish(principal, window) { _ in }
            throw error
        }
        finish(principal, window) { account in account.received(portion: portion, used: used ?? .max) }
    }

    private func finish(
        _ principal: PrincipalID, _ window: RateWindow, _ update: (inout RateAccount) -> Void
    ) {
        entries.withLock { entries in
            guard var entry = entries[principal], entry.account.window == window else { return }
            entry.taking = nil
            update(&entry.account)
            entries[principal] = entry
        }
    }
}
