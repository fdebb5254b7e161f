import APIModels
import HTTP
import HTTPTypes
import Logging
import Observability
import PostgresClient
import Reactor

/// What every request goes through: routing, authentication, authorization, its body, its handler, and the answer's log
/// line and metrics. Whatever fails ends as a problem document.
struct RequestPipeline: Sendable {
    let services: Services
    let router: Router
    let authenticator: Authenticator
    private let logger = Logger(label: "sallyport.api")

    init(services: Services, handlers: [Operation: Handler]) {
        self.services = services
        router = Router(handlers: handlers)
        authenticator = Authenticator(services: services)
    }

    /// The server's handler.
    func respond(to request: HTTPServerRequest) async -> HTTPServerResponse {
        let id = services.makeID(RequestID.self)
        let started = ContinuousClock.now
        var trace = Trace()
        var response: APIResponse
        do {
            response = try await answer(request, id: id, trace: &trace)
        } catch {
            response = failure(error, request: request, id: id)
        }
        finish(&response, id: id)
        if request.head.method == .head { response.body = .none }
        record(request, id: id, response: response, trace: trace, elapsed: .now - started)
        return HTTPServerResponse(response)
    }

    /// What is known of a request by the time that it is answered.
    private struct Trace {
        var operation: Operation?
        var caller: Caller?
    }

    private func answer(
        _ request: HTTPServerRequest, id: RequestID, trace: inout Trace
    ) async throws -> APIResponse {
        let target = (request.head.path ?? "/").split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let operation: Operation
        let path: [String: String]
        switch router.match(request.head.method, path: String(target[0])) {
        case .found(let found, let parameters): (operation, path) = (found, parameters)
        case .wrongMethod(let allowed): return Self.wrongMethod(allowed)
        case .notFound: throw Problem.notFound("There is nothing at this path.")
        }
        trace.operation = operation
        let now = services.now()
        let caller = try await authenticator.authenticate(request, for: operation.access, at: now)
        trace.caller = caller
        try Self.authorize(caller, for: operation)
        let query = try QueryParameters(target.count > 1 ? target[1] : nil, known: operation.shape.query)
        let body = try await Self.body(of: request, rule: operation.bodyRule)
        let handled = APIRequest(
            operation: operation, id: id, caller: caller, now: now, path: path, query: query,
            headerFields: request.head.headerFields, body: body, reactor: request.reactor)
        return try await router.handler(for: operation)(handled)
    }

    private static func wrongMethod(_ allowed: [HTTPRequest.Method]) -> APIResponse {
        let list = Set(allowed.map(\.rawValue)).sorted().joined(separator: ", ")
        var response = APIResponse.problem(
            Problem(
                status: 405, code: .methodNotAllowed, title: "The method is not allowed here",
                detail: "Allowed: \(list)."))
        response.headerFields[.allow] = list
        return response
    }

    static func authorize(_ caller: Caller, for operation: Operation) throws(Problem) {
        switch (operation.access, caller) {
        case (.open, _), (.bodyToken, _): return
        case (.authenticated, .principal), (.agent, .agent): return
        case (.roles(let roles), .principal(let principal)):
            guard principal.roles.contains(where: roles.contains) else {
                let needed = roles.map(\.rawValue).sorted().joined(separator: " or ")
                throw .forbidden("This needs the role \(needed).")
            }
        case (.agent, .principal): throw .forbidden("This is for agents.")
        case (.authenticated, .agent), (.roles, .agent): throw .forbidden("This is not for agents.")
        case (.authenticated, .anonymous), (.roles, .anonymous), (.agent, .anonymous): throw .unauthenticated
        }
    }

    private static func body(of request: HTTPServerRequest, rule: RequestBodyRule) async throws -> [UInt8] {
        switch rule {
        case .none: return []
        case .bytes(let limit): return try await collect(request.body, limit: limit)
        case .json(let limit):
            let body = try await collect(request.body, limit: limit)
            guard body.isEmpty || isJSON(request.head.headerFields[.contentType]) else {
                throw Problem(
                    status: 415, code: .unsupportedMediaType, title: "The media type is not supported",
                    detail: "Send application/json.")
            }
            return body
        }
    }

    private static func collect(_ body: HTTPBody, limit: Int) async throws -> [UInt8] {
        do {
            return try await body.collect(upTo: limit)
        } catch .tooLarge {
            throw Problem.bodyTooLarge(limit: limit)
        }
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        let mediaType = (contentType ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        return mediaType == "application/json"
    }

    // MARK: Answers

    /// The answer to a failure: what the caller may know, while the log gets the rest.
    private func failure(_ error: any Error, request: HTTPServerRequest, id: RequestID) -> APIResponse {
        var response: APIResponse
        switch error {
        case let problem as Problem:
            response = .problem(problem)
            if problem.status == 401 {
                response.headerFields[.wwwAuthenticate] = "Bearer realm=\"sallyport\""
            }
        case let error as PostgresError where error.isUnavailable:
            logger.warning("the database is not available", error: error, metadata: ["request_id": "\(id)"])
            response = .problem(.databaseUnavailable)
        case is HTTPBodyError, is CancellationError:
            // The caller is gone; nobody reads this.
            response = .problem(.internalError)
        default:
            logger.error(
                "a request failed", error: error,
                metadata: [
                    "request_id": "\(id)", "method": "\(request.head.method)",
                    "path": "\(request.head.path ?? "")",
                ])
            response = .problem(.internalError)
        }
        if response.status.code == 503 { response.headerFields[.retryAfter] = "1" }
        return response
    }

    private func finish(_ response: inout APIResponse, id: RequestID) {
        response.headerFields[.requestID] = id.description
        response.headerFields[.xContentTypeOptions] = "nosniff"
        if response.headerFields[.cacheControl] == nil { response.headerFields[.cacheControl] = "no-store" }
    }

    private func record(
        _ request: HTTPServerRequest, id: RequestID, response: APIResponse, trace: Trace, elapsed: Duration
    ) {
        let operation = trace.operation?.rawValue ?? "none"
        let status = response.status.code
        services.metrics.counter(
            "sallyport_http_requests_total", help: "Requests answered.",
            labels: ["operation": operation, "status": "\(status)"]
        ).increment()
        services.metrics.histogram(
            "sallyport_http_request_duration_seconds", help: "From the head of a request to its answer.",
            labels: ["operation": operation]
        ).observe(elapsed)
        logger.log(
            level: status >= 500 ? .warning : .debug, "request",
            metadata: [
                "request_id": "\(id)", "method": "\(request.head.method)", "operation": "\(operation)",
                "status": "\(status)", "caller": "\(trace.caller?.actor.name ?? "-")",
                "peer": "\(request.peer)",
                "duration_ms": "\(elapsed.wholeNanoseconds / 1_000_000)",
            ])
    }
}

extension HTTPServerResponse {
    init(_ response: APIResponse) {
        let body: HTTPServerResponse.Body =
            switch response.body {
            case .none: .none
            case .bytes(let bytes): .bytes(bytes)
            case .stream(let write): .stream(write)
            }
        self.init(status: response.status, headerFields: response.headerFields, body: body)
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self.known("idempotency-key")
    static let idempotencyReplayed = Self.known("idempotency-replayed")
    static let requestID = Self.known("x-request-id")

    /// A name in source code, which is well formed.
    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("malformed field name \(text)") }
        return name
    }
}
