import APIModels
import Testing

@testable import ControlPlane

@Suite struct AuthenticationCacheTests {
    private let now = Timestamp(seconds: 1_000)
    private let key = AuthenticationCache.Key("token")
    private let principal = Principal(
        id: PrincipalID(rawValue: 1), name: "cursor", kind: .aiAgent, groups: [], roles: [])

    @Test func remembersWhoATokenIs() {
        let cache = AuthenticationCache()
        cache.keep(principal, expiresAt: nil, for: key, readIn: cache.generation)
        #expect(cache.principal(for: key, at: now)?.name == "cursor")
        #expect(cache.principal(for: AuthenticationCache.Key("other"), at: now) == nil)
    }

    @Test func forgetsAtEveryChange() {
        let cache = AuthenticationCache()
        cache.keep(principal, expiresAt: nil, for: key, readIn: cache.generation)
        cache.invalidate()
        #expect(cache.principal(for: key, at: now) == nil)
    }

    @Test func doesNotKeepWhatWasReadBeforeAChange() {
        let cache = AuthenticationCache()
        let before = cache.generation
        cache.invalidate()
        cache.keep(principal, expiresAt: nil, for: key, readIn: before)
        #expect(cache.principal(for: key, at: now) == nil)
    }

    @Test func aTokenEndsWithItsTime() {
        let cache = AuthenticationCache()
        cache.keep(principal, expiresAt: now, for: key, readIn: cache.generation)
        #expect(cache.principal(for: key, at: now) == nil)
        #expect(cache.principal(for: key, at: now.advanced(by: .seconds(-1))) != nil)
    }
}
