import APIModels
import HTTP
import HTTPTypes
import Reactor

/// The agent's way to the control plane: signed requests over one HTTP/2 connection, to whichever replica
/// answers.
///
/// Callable from any reactor; the connection lives on the one it was made for.
final class ControlPlaneClient: Sendable {
    private let clients: [HTTPClient]
    private let identity: AgentIdentity?
    private let now: @Sendable () -> Timestamp
    /// The replica that answered last.
    private let preferred = Locked(0)

    /// An answer's body, beside streams. Larger than any shape of the agent protocol.
    private static let answerBytes = 4 << 20

    /// Without an identity requests are not signed: for enrolment only.
    init(
        _ addresses: ControlPlaneAddresses, identity: AgentIdentity?, on reactor: Reactor,
        now: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.identity = identity
        self.now = now
        var configuration = HTTPClient.Configuration()
        configuration.connectTime = .seconds(4)
        // The configuration stream never ends; every other answer is read with a limit of its own.
        configuration.limits.bodyBytes = .max
        clients = addresses.origins.map { origin in
            configuration.proxy = addresses.proxies.proxy(for: origin)
            return HTTPClient(
                origin: origin, tls: addresses.tls, on: reactor, configuration: configuration)
        }
    }

    func close() async {
        for client in clients { await client.close() }
    }

    /// The bytes of a success's body. Other replicas are tried when one cannot be reached.
    func send(
        _ request: ControlPlaneRequest, deadline: Deadline
    ) async throws(ControlPlaneError) -> (status: Int, body: [UInt8]) {
        let response = try await open(request, deadline: deadline)
        do throws(HTTPBodyError) {
            return (
                response.status.code,
                try await response.body.collect(upTo: Self.answerBytes, deadline: deadline)
            )
        } catch { throw .interrupted(error) }
    }

    /// The answer of a success, decoded. Fields that this version does not know are ignored: a newer control
    /// plane may say more.
    func call<Answer: Decodable>(
        _ request: ControlPlaneRequest, as type: Answer.Type = Answer.self, deadline: Deadline
    ) async throws(ControlPlaneError) -> Answer {
        let (_, body) = try await send(request, deadline: deadline)
        do throws(JSONDecodingFailure) {
            return try JSON.decode(type, from: body, unknownFields: .ignored)
        } catch { throw .malformed(error) }
    }

    /// A success whose body is still to be read.
    func open(
        _ request: ControlPlaneRequest, deadline: Deadline
    ) async throws(ControlPlaneError) -> HTTPClientResponse {
        let first = preferred.withLock { $0 }
        var failure = ControlPlaneError.unreachable(.closed)
        for attempt in clients.indices {
            let index = (first + attempt) % clients.count
            do throws(ControlPlaneError) {
                let response = try await attemptOnce(request, with: clients[index], deadline: deadline)
                preferred.withLock { $0 = index }
                return response
            } catch {
                failure = error
                guard Self.mayGoElsewhere(error, request) else { break }
            }
        }
        throw failure
    }

    /// Lets the next request start at another replica: this one went away, or is about to.
    func preferAnother() {
        preferred.withLock { $0 = ($0 + 1) % clients.count }
    }

    private static func mayGoElsewhere(_ error: ControlPlaneError, _ request: ControlPlaneRequest) -> Bool {
        switch error {
        case .unreachable(.connect), .unreachable(.proxy), .unreachable(.disconnected(unprocessed: true)):
            true
        case .unreachable(.cancelled), .unreachable(.closed), .unreachable(.request): false
        case .unreachable(.disconnected(unprocessed: false)), .unreachable(.timedOut),
            .unreachable(.givenUp), .unreachable(.malformed), .interrupted:
            request.isRepeatable
        case .refused(let problem): problem.status == 503 && request.isRepeatable
        case .unauthorized, .malformed: false
        }
    }

    private func attemptOnce(
        _ request: ControlPlaneRequest, with client: HTTPClient, deadline: Deadline
    ) async throws(ControlPlaneError) -> HTTPClientResponse {
        var head = HTTPRequest(
            method: request.method, scheme: nil, authority: nil, path: request.path,
            headerFields: request.fields)
        if let identity { head.headerFields[.authorization] = "Bearer \(identity.bearer(at: now()).text)" }
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(
                head, body: request.body.map { .bytes($0) } ?? .none, deadline: deadline)
        } catch { throw .unreachable(error) }
        guard response.status.kind != .successful else { return response }
        throw await problem(of: response, deadline: deadline)
    }

    private func problem(of response: HTTPClientResponse, deadline: Deadline) async -> ControlPlaneError {
        let status = response.status.code
        let body = (try? await response.body.collect(upTo: 64 << 10, deadline: deadline)) ?? []
        let problem =
            (try? JSON.decode(Problem.self, from: body, unknownFields: .ignored))
            ?? Problem(status: status, code: .internalError, title: "HTTP \(status)")
        return status == 401 ? .unauthorized(problem) : .refused(problem)
    }
}
