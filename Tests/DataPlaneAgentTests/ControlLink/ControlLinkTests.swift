import APIModels
import Crypto
import HTTP
import Logging
import Reactor
import Testing

@testable import DataPlaneAgent

@Suite(.timeLimit(.minutes(1))) struct ControlLinkTests {
    private let fixtures = LinkFixtures()
    private let clock = SetClock()

    private func makeLink(
        _ urls: String, _ directory: StateDirectory, _ settings: ControlLink.Settings? = nil
    ) throws -> ControlLink {
        let reactor = linkReactors.next()
        let addresses = try #require(ControlPlaneAddresses(urls: urls, tls: nil))
        return ControlLink(
            identity: fixtures.identity,
            client: ControlPlaneClient(addresses, identity: fixtures.identity, on: reactor, now: clock.read),
            store: ConfigurationStore(now: clock.read), state: directory,
            settings: settings ?? ControlLink.Settings(version: "1", startedAt: clock.time),
            handler: FixedHandler(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, on: reactor, now: clock.read
        ) { AgentStatusReport(sessions: 3, spoolBytes: 4, advertised: nil, resources: []) }
    }

    private func running<Result>(_ link: ControlLink, _ body: () async throws -> Result) async throws
        -> Result
    {
        let task = link.reactor.spawn { await link.run() }
        defer { task.cancel() }
        return try await body()
    }

    private func request(_ path: String, in seen: AsyncStream<FakeControlPlane.Request>) async
        -> FakeControlPlane.Request?
    {
        await seen.first { $0.path.hasPrefix(path) }
    }

    private func evaluate(_ number: UInt128) -> AgentEvent {
        .request(
            AgentRequestID(rawValue: number),
            .evaluate(
                AgentEvaluateRequest(
                    principal: fixtures.principal().principal, resource: "shop-prod",
                    statement: "SELECT \(number)")))
    }

    @Test func takesSnapshotsAndChangesInOrder() async throws {
        try await withStateDirectory { directory in
            let (events, says) = AsyncStream.makeStream(of: AgentEvent.self)
            let plane = FakeControlPlane(agentKey: fixtures.identity.keys.signingPublicKey, streams: [events])
            let link = try makeLink(try plane.start(), directory)
            defer { plane.stop() }
            try await running(link) {
                says.yield(.snapshot(revision: 5, try fixtures.configuration()))
                says.yield(evaluate(1))
                let answer = try #require(await request("/v1/agent/requests/", in: plane.seen))
                #expect(answer.isSigned)
                #expect(answer.body["evaluation"]?["why"] == ["SELECT 1"])
                #expect(link.store.current?.revision == 5)
                #expect(link.store.remainingLease(of: fixtures.resourceID) == .seconds(3600))

                let changed = AgentConfiguration(
                    resources: [try fixtures.resource("renamed")], policies: [], principals: [], grants: [])
                says.yield(.changed(revision: 6, upserted: changed, removed: .none))
                says.yield(evaluate(2))
                _ = await request("/v1/agent/requests/", in: plane.seen)
                #expect(link.store.current?.revision == 6)
                #expect(link.store.current?.resource(named: "renamed") != nil)
                #expect(link.store.current?.resource(named: "shop-prod") == nil)
            }
        }
    }

    @Test func answersWhatItCannotDoWithAProblem() async throws {
        try await withStateDirectory { directory in
            let (events, says) = AsyncStream.makeStream(of: AgentEvent.self)
            let plane = FakeControlPlane(streams: [events])
            let link = try makeLink(try plane.start(), directory)
            defer { plane.stop() }
            try await running(link) {
                let session = SessionID(rawValue: 1)
                says.yield(
                    .request(
                        AgentRequestID(rawValue: 1),
                        .terminate(AgentTerminateRequest(sessionID: session, reason: "r"))))
                let answer = await request("/v1/agent/requests/", in: plane.seen)
                #expect(answer?.body["problem"]?["code"] == "not_found")
            }
        }
    }

    @Test func sendsHeartbeats() async throws {
        try await withStateDirectory { directory in
            let plane = FakeControlPlane(agentKey: fixtures.identity.keys.signingPublicKey)
            let link = try makeLink(try plane.start(), directory)
            defer { plane.stop() }
            try await running(link) {
                let heartbeat = try #require(await request("/v1/agent/heartbeat", in: plane.seen))
                #expect(heartbeat.isSigned)
                #expect(heartbeat.body["sessions"] == 3)
            }
        }
    }

    @Test func goesToAnotherReplicaWhenOneIsGone() async throws {
        try await withStateDirectory { directory in
            let (events, says) = AsyncStream.makeStream(of: AgentEvent.self)
            let (laterEvents, laterSays) = AsyncStream.makeStream(of: AgentEvent.self)
            let first = FakeControlPlane(streams: [events])
            let second = FakeControlPlane(streams: [laterEvents])
            let link = try makeLink("\(first.start()),\(second.start())", directory)
            defer { second.stop() }
            try await running(link) {
                says.yield(.snapshot(revision: 5, try fixtures.configuration()))
                says.yield(evaluate(1))
                _ = await request("/v1/agent/requests/", in: first.seen)
                laterSays.yield(.snapshot(revision: 7, try fixtures.configuration()))
                laterSays.yield(evaluate(2))
                first.stop()
                _ = await request("/v1/agent/requests/", in: second.seen)
                #expect(link.store.current?.revision == 7)
            }
        }
    }

    @Test func keepsWhatItHasWhenANewConfigurationCannotBeUsed() async throws {
        try await withStateDirectory { directory in
            let (events, says) = AsyncStream.makeStream(of: AgentEvent.self)
            let (laterEvents, laterSays) = AsyncStream.makeStream(of: AgentEvent.self)
            let plane = FakeControlPlane(streams: [events, laterEvents])
            let link = try makeLink(try plane.start(), directory)
            defer { plane.stop() }
            try await running(link) {
                says.yield(.snapshot(revision: 5, try fixtures.configuration()))
                says.yield(evaluate(0))
                _ = await request("/v1/agent/requests/", in: plane.seen)
                clock.advance(by: .seconds(60))
                var broken = try fixtures.configuration()
                broken.principalKey = .sealed(EncodedBytes([1]))
                says.yield(.snapshot(revision: 6, broken))
                // The stream is given up; the next one is asked something, without a configuration before.
                laterSays.yield(.ping)
                laterSays.yield(evaluate(1))
                _ = await request("/v1/agent/requests/", in: plane.seen)
                #expect(link.store.current?.revision == 5)
                #expect(link.store.lastContact < clock.time)
            }
        }
    }

    @Test func servesFromDiskAfterARestartUntilTheLeaseRunsOut() async throws {
        try await withStateDirectory { directory in
            let cache = ConfigurationCacheFile(in: directory, keys: fixtures.identity.keys)
            try cache.save(
                ConfigurationCacheFile.Content(
                    document: ConfigurationDocument(revision: 9, try fixtures.configuration()),
                    contact: clock.time))
            clock.advance(by: .seconds(3000))
            let link = try makeLink("http://127.0.0.1:1", directory)
            await link.restore()
            #expect(link.store.current?.revision == 9)
            #expect(link.store.remainingLease(of: fixtures.resourceID) == .seconds(600))
            clock.advance(by: .seconds(600))
            #expect(link.store.remainingLease(of: fixtures.resourceID) == nil)
        }
    }

    @Test func forgetsEverythingWhenTheControlPlaneHasRemovedIt() async throws {
        try await withStateDirectory { directory in
            let cache = ConfigurationCacheFile(in: directory, keys: fixtures.identity.keys)
            try cache.save(
                ConfigurationCacheFile.Content(
                    document: ConfigurationDocument(revision: 9, try fixtures.configuration()),
                    contact: clock.time))
            let problem = JSON.encode(Problem(status: 401, code: .agentUnknown, title: "no such agent"))
            let plane = FakeControlPlane(answers: ["/v1/agent/configuration": (401, problem)])
            let link = try makeLink(try plane.start(), directory)
            defer { plane.stop() }
            await link.restore()
            try await running(link) {
                _ = await request("/v1/agent/configuration", in: plane.seen)
                // The second attempt comes after the first was dealt with.
                _ = await request("/v1/agent/configuration", in: plane.seen)
                #expect(link.store.current == nil)
                let kept = try cache.load()
                #expect(kept == nil)
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct AgentEnrollmentTests {
    private func answer(for name: Name) -> [UInt8] {
        JSON.encode(
            EnrollResponse(
                agentID: AgentID(rawValue: 5), name: name, lease: .minutes(30),
                controlPlaneURL: LinkFixtures.issuer))
    }

    @Test func makesKeysAndKeepsThem() async throws {
        try await withStateDirectory { directory in
            let plane = FakeControlPlane(answers: ["/v1/agent/enroll": (201, answer(for: "default"))])
            let addresses = try #require(ControlPlaneAddresses(urls: try plane.start(), tls: nil))
            defer { plane.stop() }
            let identity = try await AgentEnrollment.identity(
                in: directory, name: "default", version: "1", joinToken: Secret("spj_x"),
                addresses: addresses,
                on: linkReactors.next())
            let asked = try #require(await plane.seen.first { _ in true })
            #expect(asked.body["join_token"] == "spj_x")
            #expect(
                asked.body["sealing_public_key"]?.stringValue
                    == Base64URL.encode(identity.keys.sealingPublicKey))
            #expect(identity.lease == .minutes(30))
            // From now on without a token, and without the control plane.
            let again = try await AgentEnrollment.identity(
                in: directory, name: "default", version: "1", joinToken: nil, addresses: addresses,
                on: linkReactors.next())
            #expect(again.keys.signingPublicKey == identity.keys.signingPublicKey)
            await #expect(throws: AgentEnrollmentError.otherName(kept: "default", asked: "other")) {
                try await AgentEnrollment.identity(
                    in: directory, name: "other", version: "1", joinToken: nil, addresses: addresses,
                    on: linkReactors.next())
            }
        }
    }

    @Test func keepsNothingWhenTheTokenIsRefused() async throws {
        try await withStateDirectory { directory in
            let problem = Problem(status: 401, code: .invalidJoinToken, title: "no")
            let plane = FakeControlPlane(answers: ["/v1/agent/enroll": (401, JSON.encode(problem))])
            let addresses = try #require(ControlPlaneAddresses(urls: try plane.start(), tls: nil))
            defer { plane.stop() }
            await #expect(throws: AgentEnrollmentError.controlPlane(.unauthorized(problem))) {
                try await AgentEnrollment.identity(
                    in: directory, name: "default", version: "1", joinToken: Secret("spj_x"),
                    addresses: addresses,
                    on: linkReactors.next())
            }
            #expect(try AgentIdentity.load(from: directory) == nil)
            await #expect(throws: AgentEnrollmentError.noJoinToken) {
                try await AgentEnrollment.identity(
                    in: directory, name: "default", version: "1", joinToken: nil, addresses: addresses,
                    on: linkReactors.next())
            }
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct HoldClientTests {
    private let fixtures = LinkFixtures()

    private func client(_ plane: FakeControlPlane) throws -> HoldClient {
        let addresses = try #require(ControlPlaneAddresses(urls: try plane.start(), tls: nil))
        return HoldClient(
            client: ControlPlaneClient(addresses, identity: fixtures.identity, on: linkReactors.next()))
    }

    private let approval = ApprovalID(rawValue: 1)
    private var state: HoldState {
        HoldState(
            approvalIds: [approval], url: "https://x", status: .approved, receipt: ReceiptID(rawValue: 2),
            expiresAt: Timestamp(seconds: 1), decidedBy: [], comment: nil)
    }

    @Test func asksWaitsAndRedeems() async throws {
        let answer = (200, JSON.encode(state))
        let plane = FakeControlPlane(answers: [
            "/v1/agent/holds": answer, "/v1/agent/holds/\(approval)": answer,
            "/v1/agent/holds/\(approval)/redeem": answer,
        ])
        let holds = try client(plane)
        defer { plane.stop() }
        let request = HoldRequest(
            sessionID: SessionID(rawValue: 1), statementSequence: 1,
            principal: PrincipalReference(fixtures.principal().principal), resource: "shop-prod",
            statement: "DELETE",
            parameters: [nil, "x"], actions: .write, conditions: [], tables: [], columns: [],
            bindingDigest: String(repeating: "a", count: 64), policyRevision: 1, approvals: [])
        #expect(try await holds.request(request) == state)
        #expect(try await holds.wait(for: approval) == state)
        #expect(try await holds.redeem(approval) == state)
        await holds.cancel(approval)
        var paths: [String] = []
        for await seen in plane.seen {
            paths.append("\(seen.method) \(seen.path)")
            if paths.count == 4 { break }
        }
        #expect(
            paths == [
                "POST /v1/agent/holds", "GET /v1/agent/holds/\(approval)?wait=30s",
                "POST /v1/agent/holds/\(approval)/redeem", "POST /v1/agent/holds/\(approval)/cancel",
            ])
    }

    @Test func tellsAnApprovalThatIsUsedFromAControlPlaneThatIsAway() async throws {
        let used = Problem(status: 409, code: .alreadyRedeemed, title: "used")
        let plane = FakeControlPlane(answers: ["/v1/agent/holds/\(approval)/redeem": (409, JSON.encode(used))]
        )
        let holds = try client(plane)
        await #expect(throws: HoldError.notRedeemable(used)) { try await holds.redeem(approval) }
        plane.stop()
        await #expect {
            try await holds.wait(for: approval)
        } throws: { error in
            if case HoldError.unavailable = error { true } else { false }
        }
    }
}
