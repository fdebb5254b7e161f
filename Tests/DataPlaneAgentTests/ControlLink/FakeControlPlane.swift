import APIModels
import Crypto
import HTTP
import HTTPTypes
import Reactor
import Testing

@testable import DataPlaneAgent

/// The reactors of the tests of the control link.
let linkReactors = ReactorGroup(count: 2)

/// The agent's side of a control plane, on a real server: what it is asked it puts into `seen`, what it says
/// is given to it.
final class FakeControlPlane: Sendable {
    struct Request: Sendable {
        let method: String
        let path: String
        let body: JSON
        let isSigned: Bool
    }

    /// Every request, in order.
    let seen: AsyncStream<Request>
    /// What goes to each configuration stream that is opened, one after the other.
    private let streams: Locked<[AsyncStream<AgentEvent>]>
    private let answers: Locked<[String: (status: Int, body: [UInt8])]>
    private let agentKey: Locked<[UInt8]>
    private let seenContinuation: AsyncStream<Request>.Continuation
    private let server = Locked<HTTPServer?>(nil)

    init(
        agentKey: [UInt8] = [], streams: [AsyncStream<AgentEvent>] = [],
        answers: [String: (Int, [UInt8])] = [:]
    ) {
        (seen, seenContinuation) = AsyncStream.makeStream(of: Request.self)
        self.streams = Locked(streams)
        self.answers = Locked(answers.mapValues { (status: $0.0, body: $0.1) })
        self.agentKey = Locked(agentKey)
    }

    /// Starts the server; the addresses are what an agent would be given.
    func start() throws -> String {
        let address = try #require(SocketAddress(ip: "127.0.0.1", port: 0))
        let server = try HTTPServer(address: address, group: linkReactors) { request in
            await self.handle(request)
        }
        self.server.withLock { $0 = server }
        linkReactors.next().spawn { await server.run() }
        return "http://127.0.0.1:\(try #require(server.address.port))"
    }

    func stop() {
        server.withLock { $0 }?.close()
        seenContinuation.finish()
    }

    private func handle(_ request: HTTPServerRequest) async -> HTTPServerResponse {
        let path = request.head.path ?? ""
        let bytes = (try? await request.body.collect(upTo: 1 << 20)) ?? []
        let body = (try? JSON.parse(bytes)) ?? .null
        seenContinuation.yield(
            Request(
                method: request.head.method.rawValue, path: path, body: body, isSigned: isSigned(request.head)
            ))
        if path == "/v1/agent/configuration", let stream = nextStream() {
            return HTTPServerResponse(
                status: .ok, headerFields: [.contentType: "application/jsonl"],
                body: .stream { writer in
                    try await writer.write(JSON.encode(AgentEvent.ping) + [UInt8(ascii: "\n")])
                    for await event in stream {
                        try await writer.write(JSON.encode(event) + [UInt8(ascii: "\n")])
                    }
                })
        }
        let route = path.prefix { $0 != "?" }
        guard let answer = answers.withLock({ $0[String(route)] }) else {
            return HTTPServerResponse(status: .noContent)
        }
        return HTTPServerResponse(status: .init(code: answer.status), body: .bytes(answer.body))
    }

    private func nextStream() -> AsyncStream<AgentEvent>? {
        streams.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    private func isSigned(_ head: HTTPRequest) -> Bool {
        guard let text = head.headerFields[.authorization], text.hasPrefix("Bearer "),
            let bearer = AgentBearer(parsing: String(text.dropFirst(7))),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: agentKey.withLock { $0 })
        else { return false }
        return key.isValidSignature(bearer.signature, for: bearer.signedText)
    }
}

/// Answers evaluations with a fixed decision, and knows no sessions.
struct FixedHandler: AgentRequestHandler {
    func evaluate(_ request: AgentEvaluateRequest) async throws(AgentProblem) -> EvaluateResponse {
        EvaluateResponse(
            decision: .allow, actions: .read, conditions: [], tables: [], reached: [], columns: [],
            outputs: [], rules: [],
            masks: [], limits: StatementLimits(), why: [request.statement])
    }

    func terminate(_ request: AgentTerminateRequest) async throws(AgentProblem) {
        throw AgentProblem(code: .notFound, detail: "there is no such session")
    }

    func scan(_ request: AgentScanRequest) async throws(AgentProblem) -> ScanFindings {
        ScanFindings(columns: [], scannedTables: request.sampleRows, skippedTables: 0)
    }
}
