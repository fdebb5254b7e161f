import APIModels
import Crypto
import Foundation
import HTTPTypes
import Reactor
import Testing

@testable import ControlPlane
@testable import HTTP

/// An agent as the control plane sees it: keys, signatures, and the stream's other end.
struct TestAgent: Sendable {
    let id: AgentID
    let signingKey: Curve25519.Signing.PrivateKey
    let sealingKey: Curve25519.KeyAgreement.PrivateKey

    /// Enrols with a join token that `admin` makes.
    static func enroll(_ name: String = "default", in plane: TestControlPlane, by admin: String) async throws
        -> TestAgent
    {
        let token = try await plane.send(
            .post, "/v1/agents/join-tokens", ["agent": .string(name)], as: admin)["token"]
        let signingKey = Curve25519.Signing.PrivateKey()
        let sealingKey = Curve25519.KeyAgreement.PrivateKey()
        let answer = try await plane.send(
            .post, "/v1/agent/enroll", request(token: token, name: name, signingKey, sealingKey))
        try #require(answer.status == 201)
        let response: EnrollResponse = try answer.decode()
        return TestAgent(id: response.agentID, signingKey: signingKey, sealingKey: sealingKey)
    }

    static func request(
        token: String, name: String, _ signingKey: Curve25519.Signing.PrivateKey = .init(),
        _ sealingKey: Curve25519.KeyAgreement.PrivateKey = .init()
    ) -> JSON {
        [
            "join_token": .string(token), "name": .string(name), "version": "1.0.0",
            "signing_public_key": .string(Base64URL.encode(Array(signingKey.publicKey.rawRepresentation))),
            "sealing_public_key": .string(Base64URL.encode(Array(sealingKey.publicKey.rawRepresentation))),
        ]
    }

    func bearer(at now: Timestamp) throws -> String {
        let text = AgentBearer.signedText(agentID: id, unixSeconds: now.seconds)
        let signature = try signingKey.signature(for: text)
        return AgentBearer(agentID: id, unixSeconds: now.seconds, signature: Array(signature)).text
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, to plane: TestControlPlane
    ) async throws -> TestControlPlane.Answer {
        try await plane.send(method, path, body, as: try bearer(at: plane.clock.now))
    }

    func open(_ secret: SecretSource?, info: [UInt8]) throws -> [UInt8] {
        guard case .sealed(let sealed) = secret else {
            Issue.record("not sealed")
            return []
        }
        var recipient = try HPKE.Recipient(
            privateKey: sealingKey, ciphersuite: .Curve25519_SHA256_ChachaPoly, info: Data(info),
            encapsulatedKey: Data(sealed.bytes.prefix(32)))
        return Array(try recipient.open(Data(sealed.bytes.dropFirst(32))))
    }

    /// Opens the configuration stream at a replica.
    func connect(to plane: TestControlPlane) async throws -> TestStream {
        let response = try await plane.respond(
            .get, "/v1/agent/configuration", as: try bearer(at: plane.clock.now))
        guard case .stream(let write) = response.body else {
            throw TestStream.NotAStream(status: response.head.status.code)
        }
        return TestStream(write)
    }
}

/// The lines of a configuration stream.
final class TestStream: Sendable {
    struct NotAStream: Error {
        let status: Int
    }

    private let task: Task<Void, any Error>
    private let lines: AsyncStream<[UInt8]>

    init(_ write: @escaping @Sendable (HTTPBodyWriter) async throws -> Void) {
        let (lines, continuation) = AsyncStream<[UInt8]>.makeStream()
        self.lines = lines
        let sink = Sink(continuation: continuation)
        task = Task(executorPreference: TestPostgres.reactors.next()) {
            defer { continuation.finish() }
            try await write(HTTPBodyWriter(sink: sink, message: 0))
        }
    }

    deinit {
        task.cancel()
    }

    /// The next event but for pings; `nil` when the stream has ended.
    func next() async throws -> AgentEvent? {
        for await line in lines {
            let event = try JSON.decode(AgentEvent.self, from: line, limits: .configuration)
            if case .ping = event { continue }
            return event
        }
        return nil
    }

    func snapshot() async throws -> AgentConfiguration {
        guard case .snapshot(_, let configuration) = try await next() else {
            throw NotAStream(status: 0)
        }
        return configuration
    }

    /// Hangs up, and waits until the control plane has noticed.
    func close() async {
        task.cancel()
        _ = await task.result
    }

    private final class Sink: HTTPBodySink {
        let continuation: AsyncStream<[UInt8]>.Continuation

        init(continuation: AsyncStream<[UInt8]>.Continuation) {
            self.continuation = continuation
        }

        func write(_ bytes: [UInt8], to message: Int) async throws(HTTPBodyError) {
            continuation.yield(bytes)
        }

        func setTrailers(_ fields: HTTPFields, of message: Int) async {}
    }
}
