import APIModels
import HTTP
import HTTPTypes
import Logging
import PostgresClient
import Reactor

/// What every request goes through: routing, authentication, its caller's rate limit, authorization, its body, its handler, and
/// the answer's log line and metrics. Whatever fails ends as a problem document. A class, so that a request takes hold of it once.
final class RequestPipeline: Sendable {
    let services: Services
    let router: Router
    let authenticator: Authenticator
    private let accessLog: AccessLog
    private let rateLimitPolicy: HTTPField
    private let logger = Logger(label: "sallyport.api")

    init(services: Services, handlers: [Operation: Handler]) {
        self.services = services
        router = Router(handlers: handlers)
        authenticator = Authenticator(services: services)
        rateLimitPolicy = HTTPField(name: .rateLimitPolicy, value: services.rateLimiter.limit.policyField)
        accessLog = AccessLog(metrics: services.metrics, writesLines: services.settings.logsAccess)
    }

    /// The server's handler.
    func respond(to request: HTTPServerRequest) async -> HTTPServerResponse {
        let id = services.makeID(RequestID.self)
        let started = ContinuousClock.now
        var progress = Progress()
        var response: APIResponse
        do {
            response = try await answer(request, id: id, progress: &progress)
        } catch {
            response = failure(error, request: request, id: id, standing: progress.standing)
        }
        finish(&response, id: id, standing: progress.standing)
        let entry = AccessLog.Entry(
            id: id, operation: progress.operation, caller: progress.caller,
            status: response.status.code, elapsed: .now - started)
        accessLog.record(entry, of: request) { services.traceContext($0) }
        return HTTPServerResponse(response)
    }

    /// What is known of a request by the time that it is answered.
    private struct Progress {
        var operation: Operation?
        var caller: Caller?
        var standing: RateStanding?
    }

    private func answer(
        _ request: HTTPServerRequest, id: RequestID, progress: inout Progress
    ) async throws -> APIResponse {
        let target = request.head.path ?? "/"
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let query = mark.map { target[target.utf8.index(after: $0)...] }
        let route: Router.Route
        let path: [String: String]
        switch router.match(request.head.method, path: mark.map { String(target[..<$0]) } ?? target) {
        case .found(let found, let parameters): (route, path) = (found, parameters)
        case .wrongMethod(let allowed): return Self.wrongMethod(allowed)
        case .notFound: throw Problem.notFound("There is nothing at this path.")
        }
        progress.operation = route.operation
        let now = services.now()
        // What is at hand is taken without a call that could wait: such a call costs more than the rest.
        let caller: Caller
        if let known = try authenticator.callerAtHand(request, for: route.access, at: now) {
            caller = known
        } else {
            caller = try await authenticator.authenticate(request, at: now)
        }
        progress.caller = caller
        if case .principal(let principal) = caller {
            let standing: RateStanding
            if let counted = services.rateLimiter.countAtHand(
                principal.id, at: now, on: request.reactor)
            {
                standing = counted
            } else {
                standing = try await services.rateLimiter.count(principal.id, at: now, on: request.reactor)
            }
            progress.standing = standing
            guard standing.isAllowed else { throw standing.problem }
        }
        try Self.authorize(caller, for: route.access)
        let parameters = try QueryParameters(query, known: route.shape.query)
        let body = route.bodyRule == .none ? [] : try await Self.body(of: request, rule: route.bodyRule)
        let handled = APIRequest(
            operation: route.operation, id: id, caller: caller, now: now, path: path, query: parameters,
            headerFields: request.head.headerFields, body: body, reactor: request.reactor)
        return try await route.handler(handled)
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

    static func authorize(_ caller: Caller, for access: Access) throws(Problem) {
        switch (access, caller) {
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
        case .json(let limit, let isRequired):
            let body = try await collect(request.body, limit: limit)
            guard !body.isEmpty || !isRequired else { throw Problem.missingBody }
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
        } catch .addressOverLimit {
            throw Problem(
                status: 429, code: .rateLimited, title: "Too many bytes under way",
                detail: "The requests from this address have too much in memory. Try again in a second.")
        }
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        let mediaType = (contentType ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        return mediaType == "application/json"
    }

    // MARK: Answers

    /// The answer to a failure: what the caller may know, while the log gets the rest.
    private func failure(
        _ error: any Error, request: HTTPServerRequest, id: RequestID, standing: RateStanding?
    ) -> APIResponse {
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
        // Who is over the rate limit is told when its window ends, with the rest of its standing.
        let isOverRate = standing.map { !$0.isAllowed } ?? false
        if response.status.code == 503 || response.status.code == 429 && !isOverRate {
            response.headerFields[.retryAfter] = "1"
        }
        return response
    }

    /// Adds what every answer has, and nothing else sets: so it is appended, without a look for a field of that name.
    private func finish(_ response: inout APIResponse, id: RequestID, standing: RateStanding?) {
        let saysHowToCache = response.headerFields.contains(.cacheControl)
        response.headerFields.reserveCapacity(response.headerFields.count + 6)
        if let standing {
            response.headerFields.append(rateLimitPolicy)
            response.headerFields.append(HTTPField(unique: .rateLimit, standing.field))
            if !standing.isAllowed { response.headerFields[.retryAfter] = "\(standing.secondsLeft)" }
        }
        response.headerFields.append(HTTPField(unique: .requestID, id.description))
        response.headerFields.append(Self.noSniff)
        if !saysHowToCache { response.headerFields.append(Self.noStore) }
    }

    private static let noSniff = HTTPField(name: .xContentTypeOptions, value: "nosniff")
    private static let noStore = HTTPField(name: .cacheControl, value: "no-store")
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

extension HTTPField {
    /// With a value that a client which kept it would never see again.
    fileprivate init(unique name: HTTPField.Name, _ value: String) {
        self.init(name: name, value: value)
        indexingStrategy = .avoid
    }
}

extension HTTPField.Name {
    static let idempotencyKey = Self.known("idempotency-key")
    static let idempotencyReplayed = Self.known("idempotency-replayed")
    static let rateLimit = Self.known("ratelimit")
    static let rateLimitPolicy = Self.known("ratelimit-policy")
    static let requestID = Self.known("x-request-id")
    static let traceParent = Self.known("traceparent")

    /// A name in source code, which is well formed.
    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("malformed field name \(text)") }
        return name
    }
}
