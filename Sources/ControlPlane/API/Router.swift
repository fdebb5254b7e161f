import HTTPTypes

typealias Handler = @Sendable (APIRequest) async throws -> APIResponse

/// Finds the operation that a request is for.
struct Router: Sendable {
    enum Match: Sendable {
        case found(Operation, [String: String])
        case wrongMethod(allowed: [HTTPRequest.Method])
        case notFound
    }

    private let handlers: [Operation: Handler]
    /// Operations by the number of segments of their path, literals first.
    private let routes: [Int: [(operation: Operation, shape: RouteShape)]]

    /// - Parameter handlers: one for every operation; a missing one traps at the start, not at a request.
    init(handlers: [Operation: Handler]) {
        for operation in Operation.allCases {
            precondition(handlers[operation] != nil, "no handler for \(operation)")
        }
        self.handlers = handlers
        let all = Operation.allCases.map { (operation: $0, shape: $0.shape) }
            .sorted { $0.shape.path.precedence.lexicographicallyPrecedes($1.shape.path.precedence) }
        routes = Dictionary(grouping: all) { $0.shape.path.segments.count }
    }

    func match(_ method: HTTPRequest.Method, path: String) -> Match {
        guard path.hasPrefix("/") else { return .notFound }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let wanted = method == .head ? .get : method
        var allowed: [HTTPRequest.Method] = []
        var matchedPath: PathTemplate?
        for (operation, shape) in routes[segments.count] ?? [] {
            guard matchedPath == nil || matchedPath == shape.path, let parameters = shape.path.match(segments)
            else {
                continue
            }
            matchedPath = shape.path
            if shape.method == wanted { return .found(operation, parameters) }
            allowed.append(shape.method)
        }
        guard !allowed.isEmpty else { return .notFound }
        if allowed.contains(.get) { allowed.append(.head) }
        return .wrongMethod(allowed: allowed)
    }

    func handler(for operation: Operation) -> Handler {
        guard let handler = handlers[operation] else { preconditionFailure("no handler for \(operation)") }
        return handler
    }
}
