import APIModels
import Crypto
import Glibc
import HTTP
import HTTPTypes
import Reactor
import Recording

/// An agent that is enrolled, and its one connection.
struct BenchAgent: Sendable {
    let id: AgentID
    let signingKey: Curve25519.Signing.PrivateKey
    let reactor: Reactor
    private let client: HTTPClient

    /// Enrols with new keys.
    init(_ options: IngestLoad, trust: String, on reactor: Reactor) async throws {
        self.reactor = reactor
        let signingKey = Curve25519.Signing.PrivateKey()
        self.signingKey = signingKey
        guard let origin = HTTPOrigin(options.url), let name = Name(options.agent) else {
            throw UnexpectedAnswer(what: "the URL or the name is none")
        }
        let tls = try TLSClientContext(trust: .pem(trust), verifyHostname: true, alpn: ["h2", "http/1.1"])
        client = HTTPClient(origin: origin, tls: tls, on: reactor)
        let sealingKey = Curve25519.KeyAgreement.PrivateKey()
        let request = EnrollRequest(
            joinToken: Secret(options.joinToken).shownOnce, name: name, version: "bench",
            signingPublicKey: EncodedBytes(signingKey.publicKey.rawRepresentation),
            sealingPublicKey: EncodedBytes(sealingKey.publicKey.rawRepresentation))
        let answer = try await Self.post(
            "/v1/agent/enroll", [.contentType: "application/json"], JSON.encode(request), with: client)
        id = try JSON.decode(EnrollResponse.self, from: answer).agentID
    }

    /// Sends a batch, and waits until it is stored.
    func upload(_ batch: RecordedBatch, lane: Int) async throws {
        let seconds = Timestamp.now.seconds
        let signature = try signingKey.signature(
            for: AgentBearer.signedText(agentID: id, unixSeconds: seconds))
        let bearer = AgentBearer(agentID: id, unixSeconds: seconds, signature: Array(signature))
        let answer = try await Self.post(
            "/v1/agent/records?lane=\(lane)&segment=1&offset=\(batch.offset)",
            [
                .authorization: "Bearer \(bearer.text)", .contentType: "application/octet-stream",
                .contentEncoding: "zstd",
            ],
            batch.body, with: client)
        let stored = try JSON.decode(RecordsAcknowledgement.self, from: answer).acknowledgedOffset
        guard stored == batch.offset + batch.length else {
            throw UnexpectedAnswer(what: "stored up to \(stored) of \(batch.offset + batch.length)")
        }
    }

    private static func post(
        _ path: String, _ fields: HTTPFields, _ body: [UInt8], with client: HTTPClient
    ) async throws -> [UInt8] {
        let head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: path, headerFields: fields)
        let response = try await client.send(head, body: .bytes(body), deadline: .after(.seconds(60)))
        let answer = try await response.body.collect(upTo: 1 << 20, deadline: .after(.seconds(60)))
        guard response.status.kind == .successful else {
            throw UnexpectedAnswer(what: "\(response.status): \(String(decoding: answer, as: UTF8.self))")
        }
        return answer
    }
}

/// What the control plane did, where it should have taken the records.
struct UnexpectedAnswer: Error, CustomStringConvertible {
    let what: String
    var description: String { what }
}

extension Timestamp {
    static var now: Timestamp {
        var time = timespec()
        // Sound: the structure is filled during the call.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
