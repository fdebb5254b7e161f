import APIModels
import HTTPTypes
import Testing

@testable import ControlPlane

@Suite struct RateAccountTests {
    private let limit = RateLimit(requests: 100)
    private let window = RateWindow(at: Timestamp(seconds: 600))

    @Test func takesPortionsUntilNothingIsLeft() {
        var account = RateAccount(window: window, limit: limit)
        var used: Int64 = 0
        var allowed = 0
        while true {
            switch account.request() {
            case .allowed: allowed += 1
            case .needsPortion(let portion):
                used += portion
                account.received(portion: portion, used: used)
            case .refused:
                #expect(allowed == 100)
                return
            }
        }
    }

    @Test func replicasTogetherLetNoMoreThrough() {
        var accounts = (0..<3).map { _ in RateAccount(window: window, limit: limit) }
        var used: Int64 = 0
        var allowed = 0
        for request in 0..<1_000 {
            let index = request % 3
            switch accounts[index].request() {
            case .allowed: allowed += 1
            case .needsPortion(let portion):
                used += portion
                accounts[index].received(portion: portion, used: used)
                if case .allowed = accounts[index].request() { allowed += 1 }
            case .refused: break
            }
        }
        #expect(allowed == 100)
    }

    @Test func saysWhatIsLeft() {
        var account = RateAccount(window: window, limit: limit)
        #expect(account.request() == .needsPortion(6))
        account.received(portion: 6, used: 6)
        #expect(account.request() == .allowed(remaining: 99))
    }

    @Test func takesMoreBeforeNothingIsInHand() {
        var account = RateAccount(window: window, limit: RateLimit(requests: 6_000))
        #expect(account.request() == .needsPortion(375))
        account.received(portion: 375, used: 375)
        var requests = 0
        while account.portionAhead == nil, account.takeHeld() != nil { requests += 1 }
        #expect((100..<300).contains(requests))
    }

    @Test func replicasThatTakeAheadLetNoMoreThrough() {
        let limit = RateLimit(requests: 5_000)
        var accounts = (0..<3).map { _ in RateAccount(window: window, limit: limit) }
        var used: Int64 = 0
        var allowed = 0
        func take(_ portion: Int64, _ index: Int) {
            used += portion
            accounts[index].received(portion: portion, used: used)
        }
        for request in 0..<6_000 {
            let index = request % 3
            if let portion = accounts[index].portionAhead { take(portion, index) }
            switch accounts[index].request() {
            case .allowed: allowed += 1
            case .needsPortion(let portion):
                take(portion, index)
                if case .allowed = accounts[index].request() { allowed += 1 }
            case .refused: break
            }
        }
        #expect(allowed == 5_000)
    }

    @Test func windowsAreMinutes() {
        #expect(RateWindow(at: Timestamp(seconds: 659)) == window)
        #expect(RateWindow(at: Timestamp(seconds: 660)) > window)
        #expect(window.secondsLeft(at: Timestamp(seconds: 659)) == 1)
        #expect(window.secondsLeft(at: Timestamp(seconds: 600)) == 60)
    }
}

@Suite struct RateLimitTests {
    private static let limit = RateLimit(requests: 30)

    @Test func aPrincipalHasItsLimitOverAllReplicas() async throws {
        let (first, admin) = try await TestControlPlane.make(rateLimit: Self.limit)
        let second = try await first.replica()
        var allowed = 0
        for request in 0..<40 {
            let answer = try await (request % 2 == 0 ? first : second).send(.get, "/v1/me", as: admin)
            if answer.status == 200 { allowed += 1 }
        }
        #expect(allowed == 30)
        let refused = try await first.send(.get, "/v1/me", as: admin)
        #expect(refused.status == 429)
        #expect(refused.code == "rate_limited")
        #expect(refused.headerFields[.rateLimitPolicy] == "\"principal\";q=30;w=60")
        #expect(refused.headerFields[.rateLimit]?.hasPrefix("\"principal\";r=0;t=") == true)
        #expect(refused.headerFields[.retryAfter] != nil)
        first.clock.advance(by: .seconds(60))
        #expect(try await first.send(.get, "/v1/me", as: admin).status == 200)
    }

    @Test func onePrincipalDoesNotUseUpTheLimitOfAnother() async throws {
        let (plane, admin) = try await TestControlPlane.make(rateLimit: Self.limit)
        let other = try await plane.makeAccount("cursor", groups: [], by: admin)
        for _ in 0..<40 { _ = try await plane.send(.get, "/v1/me", as: other) }
        #expect(try await plane.send(.get, "/v1/me", as: other).status == 429)
        #expect(try await plane.send(.get, "/v1/me", as: admin).status == 200)
    }

    @Test func requestsAtOnceAreEachCountedOnce() async throws {
        let (plane, admin) = try await TestControlPlane.make(rateLimit: Self.limit)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<60 {
                group.addTask { try await plane.send(.get, "/v1/me", as: admin).status }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses == [200: 30, 429: 30])
    }
}
