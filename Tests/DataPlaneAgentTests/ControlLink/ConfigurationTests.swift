import APIModels
import Crypto
import Policy
import Testing

@testable import DataPlaneAgent

@Suite struct ConfigurationDocumentTests {
    private let fixtures = LinkFixtures()

    @Test func aChangeReplacesAndRemovesById() throws {
        let document = ConfigurationDocument(revision: 5, try fixtures.configuration())
        let upserted = AgentConfiguration(
            resources: [try fixtures.resource("shop-new")], policies: [try fixtures.policy("second", id: 99)],
            principals: [], grants: [])
        let removed = AgentRemovals(
            resources: [], policies: [PolicyID(rawValue: 14)], principals: [fixtures.principalID], grants: [])
        let next = try document.changed(to: 7, upserted: upserted, removed: removed)
        #expect(next.revision == 7)
        #expect(next.configuration.resources.map(\.name) == ["shop-new"])
        #expect(next.configuration.policies.map(\.name) == ["second"])
        #expect(next.configuration.principals.isEmpty)
        #expect(next.configuration.tokenKeys == document.configuration.tokenKeys)
        #expect(next.configuration.principalKey == document.configuration.principalKey)
    }

    @Test(arguments: [Int64(4), 5])
    func aChangeMustBeALaterOne(revision: Int64) throws {
        let document = ConfigurationDocument(revision: 5, try fixtures.configuration())
        let nothing = AgentConfiguration(resources: [], policies: [], principals: [], grants: [])
        #expect(throws: ConfigurationStreamError.outOfOrder(have: 5, got: revision)) {
            try document.changed(to: revision, upserted: nothing, removed: .none)
        }
    }
}

@Suite struct ConfigurationSnapshotTests {
    private let fixtures = LinkFixtures()

    @Test func unsealsTheSecretsOfItsResources() throws {
        let snapshot = try fixtures.snapshot()
        #expect(try snapshot.password(of: fixtures.resourceID)?.reveal() == Array("hunter2".utf8))
        #expect(throws: SecretError.unknownResource) { try snapshot.password(of: ResourceID(rawValue: 99)) }
    }

    @Test func doesNotUnsealWhatIsForAnotherResourceOrAgent() throws {
        let otherInfo = SealedSecretContext.resourceCredential(ResourceID(rawValue: 99))
        let misplaced = try fixtures.seal([1], info: otherInfo)
        let foreign = try LinkFixtures().seal(
            [1], info: SealedSecretContext.resourceCredential(fixtures.resourceID))
        for source in [misplaced, foreign, .sealed(EncodedBytes([1, 2, 3]))] {
            let snapshot = try fixtures.snapshot(
                fixtures.configuration(resources: [fixtures.resource(password: source)]))
            #expect(throws: SecretError.cannotUnseal) { try snapshot.password(of: fixtures.resourceID) }
        }
    }

    @Test func readsSecretsFromFilesAndTheEnvironment() async throws {
        try await withStateDirectory { directory in
            try directory.write(Array("from a file\n".utf8), to: "password")
            func password(_ source: SecretSource) throws -> [UInt8]? {
                try fixtures.snapshot(
                    fixtures.configuration(resources: [fixtures.resource(password: source)])
                )
                .password(of: fixtures.resourceID)?.reveal()
            }
            #expect(try password(.file("\(directory.path)/password")) == Array("from a file".utf8))
            #expect(throws: SecretError.self) { try password(.file("\(directory.path)/missing")) }
            #expect(throws: SecretError.noEnvironmentVariable("SALLYPORT_NOT_SET")) {
                try password(.environment("SALLYPORT_NOT_SET"))
            }
        }
    }

    @Test func sharesThePoliciesOfAPrincipal() throws {
        let snapshot = try fixtures.snapshot()
        let principal = fixtures.principal().principal
        let policies = try #require(snapshot.policies(for: principal, on: fixtures.resourceID))
        #expect(snapshot.policies(for: principal, on: fixtures.resourceID) === policies)
        #expect(policies.decide(StatementFacts(actions: .read), at: .now).outcome == .allow)
        #expect(snapshot.policies(for: principal, on: ResourceID(rawValue: 99)) == nil)
    }

    @Test func givesADisabledPrincipalNothing() throws {
        let snapshot = try fixtures.snapshot(
            fixtures.configuration(principals: [fixtures.principal(disabled: true)]))
        #expect(snapshot.policies(for: fixtures.principal().principal, on: fixtures.resourceID) == nil)
    }

    @Test func goesByTheGroupsOfNow() throws {
        var moved = fixtures.principal()
        moved.groups = ["nobody"]
        let snapshot = try fixtures.snapshot(fixtures.configuration(principals: [moved]))
        let policies = try #require(
            snapshot.policies(for: fixtures.principal().principal, on: fixtures.resourceID))
        #expect(policies.decide(StatementFacts(actions: .read), at: .now).outcome == .deny)
    }

    @Test func knowsWhichKeysWereRevoked() throws {
        let key = fixtures.apiKey.id.description
        #expect(try !fixtures.snapshot().isRevoked(credentialID: key))
        #expect(try fixtures.snapshot(fixtures.configuration(principals: [])).isRevoked(credentialID: key))
        let disabled = try fixtures.configuration(principals: [fixtures.principal(disabled: true)])
        #expect(try fixtures.snapshot(disabled).isRevoked(credentialID: key))
        #expect(try !fixtures.snapshot(disabled).isRevoked(credentialID: "tok_1"))
    }

    @Test func isRefusedWholeWhenAPartCannotBeUsed() throws {
        let invalid = try fixtures.policy().spec
        var window = invalid
        window.valid = PolicyValidity(
            weekly: [
                WeeklyWindow(
                    days: [.mon], from: try TimeOfDay(text: "09:00"), to: try TimeOfDay(text: "10:00"),
                    timeZone: "Mars/X")
            ])
        let policy = Policy(id: PolicyID(rawValue: 1), revision: 1, spec: window)
        #expect(throws: ConfigurationStreamError.self) {
            try fixtures.snapshot(fixtures.configuration(policies: [policy]))
        }
        var twice = try fixtures.configuration()
        twice.resources += twice.resources
        #expect(throws: ConfigurationStreamError.self) { try fixtures.snapshot(twice) }
        var unsealable = try fixtures.configuration()
        unsealable.principalKey = .sealed(EncodedBytes([1]))
        #expect(throws: ConfigurationStreamError.self) { try fixtures.snapshot(unsealable) }
    }

    @Test func knowsTheTagsOfColumns() throws {
        let resource = try #require(try fixtures.snapshot().resource(named: "shop-prod"))
        #expect(resource.tags.tags(of: "public.customers.ssn") == ["pii"])
        #expect(resource.tags.tags(of: "public.customers.name").isEmpty)
    }
}

@Suite struct LeaseTests {
    private let fixtures = LinkFixtures()
    private let clock = SetClock()

    private func store(lease: DurationText? = nil) throws -> ConfigurationStore {
        let store = ConfigurationStore(now: clock.read)
        store.publish(
            try fixtures.snapshot(fixtures.configuration(resources: [fixtures.resource(lease: lease)])))
        return store
    }

    @Test func runsOutWithoutTheControlPlane() throws {
        let store = try store()
        #expect(store.remainingLease(of: fixtures.resourceID) == nil)
        store.renewLease(at: clock.time)
        #expect(store.remainingLease(of: fixtures.resourceID) == .seconds(3600))
        clock.advance(by: .seconds(3599))
        #expect(store.remainingLease(of: fixtures.resourceID) == .seconds(1))
        clock.advance(by: .seconds(1))
        #expect(store.remainingLease(of: fixtures.resourceID) == nil)
        store.renewLease(at: clock.time)
        #expect(store.remainingLease(of: fixtures.resourceID) == .seconds(3600))
    }

    @Test func mayBeShorterForAResourceButNotLonger() throws {
        for (lease, expected) in [
            (DurationText.minutes(5), Duration.seconds(300)), (.hours(5), .seconds(3600)),
        ] {
            let store = try store(lease: lease)
            store.renewLease(at: clock.time)
            #expect(store.remainingLease(of: fixtures.resourceID) == expected)
        }
    }

    @Test func isNotProlongedByAClockThatIsSetBack() throws {
        let store = try store()
        store.renewLease(at: clock.time)
        clock.advance(by: .seconds(-301))
        #expect(store.remainingLease(of: fixtures.resourceID) == nil)
    }

    @Test func isNoneForAResourceThatIsNotServed() throws {
        let store = try store()
        store.renewLease(at: clock.time)
        #expect(store.remainingLease(of: ResourceID(rawValue: 99)) == nil)
    }

    @Test func everyConfigurationHasItsOwnGeneration() throws {
        let store = try store()
        let before = store.generation
        store.publish(store.current)
        #expect(store.generation == before + 1)
        #expect(store.numbered?.generation == before + 1)
    }
}

@Suite struct ConfigurationCacheFileTests {
    private let fixtures = LinkFixtures()
    private let time = Timestamp(seconds: 1_800_000_000)

    @Test func keepsTheConfigurationAndTheLastContact() async throws {
        try await withStateDirectory { directory in
            let cache = ConfigurationCacheFile(in: directory, keys: fixtures.identity.keys)
            #expect(try cache.load() == nil)
            let content = ConfigurationCacheFile.Content(
                document: ConfigurationDocument(revision: 3, try fixtures.configuration()), contact: time)
            try cache.save(content)
            #expect(try cache.load() == content)
            try cache.save(contact: time.advanced(by: .seconds(60)))
            #expect(try cache.load()?.contact == time.advanced(by: .seconds(60)))
            try cache.remove()
            #expect(try cache.load() == nil)
        }
    }

    @Test func readsNothingThatWasChangedOrIsOfAnotherAgent() async throws {
        try await withStateDirectory { directory in
            let cache = ConfigurationCacheFile(in: directory, keys: fixtures.identity.keys)
            try cache.save(
                ConfigurationCacheFile.Content(
                    document: ConfigurationDocument(revision: 3, try fixtures.configuration()), contact: time)
            )
            let other = ConfigurationCacheFile(in: directory, keys: AgentKeys())
            #expect(throws: StateDirectoryError.self) { try other.load() }
            var bytes = try #require(try directory.read("configuration", upTo: 1 << 20))
            #expect(!String(decoding: bytes, as: UTF8.self).contains("shop-prod"))
            bytes[bytes.count / 2] ^= 1
            try directory.write(bytes, to: "configuration")
            #expect(throws: StateDirectoryError.self) { try cache.load() }
        }
    }

    @Test func doesNotTakeOneFileForTheOther() async throws {
        try await withStateDirectory { directory in
            let cache = ConfigurationCacheFile(in: directory, keys: fixtures.identity.keys)
            try cache.save(contact: time)
            try directory.write(try #require(try directory.read("contact", upTo: 1000)), to: "configuration")
            #expect(throws: StateDirectoryError.self) { try cache.load() }
        }
    }
}

@Suite struct EventLinesTests {
    @Test func findsTheSameLinesHoweverTheyAreCut() throws {
        let text = Array("one\n\ntwo two\nthree\nrest".utf8)
        for first in 0...text.count {
            for second in first...text.count {
                var lines = EventLines(limit: 20)
                let found =
                    try lines.append(Array(text[..<first])) + lines.append(Array(text[first..<second]))
                    + lines.append(Array(text[second...])) + lines.append([UInt8(ascii: "\n")])
                #expect(
                    found.map { String(decoding: $0, as: UTF8.self) } == ["one", "two two", "three", "rest"])
            }
        }
    }

    @Test func endsALineThatIsTooLong() {
        for pieces in [[[UInt8](repeating: 65, count: 9)], [[65, 65, 65, 65, 65], [65, 65, 65, 65, 10]]] {
            var lines = EventLines(limit: 8)
            #expect(throws: ConfigurationStreamError.lineTooLong) {
                for piece in pieces { _ = try lines.append(piece) }
            }
        }
    }
}

@Suite struct BackoffTests {
    @Test func growsToItsLongestAndStartsAnewAfterASuccess() {
        var backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        var last = Duration.zero
        for _ in 0..<20 {
            last = backoff.next(using: &generator)
            #expect(last <= Backoff.longest)
        }
        #expect(last >= Backoff.longest / 2)
        backoff.succeeded()
        #expect(backoff.next(using: &generator) <= Backoff.shortest)
    }
}
