import APIModels
import Testing

@testable import ControlPlane

@Suite struct AuthenticationCacheTests {
    private let now = Timestamp(seconds: 1_000)
    private let key = AuthenticationCache.Key("token")
    private let caller = Caller.principal(
        Principal(id: PrincipalID(rawValue: 1), name: "cursor", kind: .aiAgent, groups: [], roles: []))

    @Test func remembersWhoATokenIs() {
        let cache = AuthenticationCache()
        cache.keep(caller, expiresAt: nil, for: key, readIn: cache.generation)
        #expect(cache.caller(for: key, at: now)?.actor.name == "cursor")
        #expect(cache.caller(for: AuthenticationCache.Key("other"), at: now) == nil)
    }

    @Test func forgetsAtEveryChange() {
        let cache = AuthenticationCache()
        cache.keep(caller, expiresAt: nil, for: key, readIn: cache.generation)
        cache.invalidate()
        #expect(cache.caller(for: key, at: now) == nil)
    }

    @Test func doesNotKeepWhatWasReadBeforeAChange() {
        let cache = AuthenticationCache()
        let before = cache.generation
        cache.invalidate()
        cache.keep(caller, expiresAt: nil, for: key, readIn: before)
        #expect(cache.caller(for: key, at: now) == nil)
    }

    @Test func aTokenEndsWithItsTime() {
        let cache = AuthenticationCache()
        cache.keep(caller, expiresAt: now, for: key, readIn: cache.generation)
        #expect(cache.caller(for: key, at: now) == nil)
        #expect(cache.caller(for: key, at: now.advanced(by: .seconds(-1))) != nil)
    }
}
