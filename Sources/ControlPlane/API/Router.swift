import HTTPTypes

typealias Handler = @Sendable (APIRequest) async throws -> APIResponse

/// Finds the operation that a request is for.
struct Router: Sendable {
    enum Match: Sendable {
        case found(Route, [String: String])
        case wrongMethod(allowed: [HTTPRequest.Method])
        case notFound
    }

    /// What is needed of an operation at each request, worked out once. A class, because each request takes hold of one.
    final class Route: Sendable {
        let operation: Operation
        let shape: RouteShape
        let access: Access
        let bodyRule: RequestBodyRule
        let handler: Handler

        init(_ operation: Operation, handler: @escaping Handler) {
            self.operation = operation
            shape = operation.shape
            access = operation.access
            bodyRule = operation.bodyRule
            self.handler = handler
        }
    }

    /// Routes without parameters by their path, which most requests are for.
    private let literals: [String: [Route]]
    /// Routes by the number of segments of their path, literals first.
    private let routes: [Int: [Route]]

    /// - Parameter handlers: one for every operation; a missing one traps at the start, not at a request.
    init(handlers: [Operation: Handler]) {
        let all = Operation.allCases
            .map { operation in
                guard let handler = handlers[operation] else {
                    preconditionFailure("no handler for \(operation)")
                }
                return Route(operation, handler: handler)
            }
            .sorted { $0.shape.path.precedence.lexicographicallyPrecedes($1.shape.path.precedence) }
        literals = Dictionary(
            grouping: all.filter { route in
                route.shape.path.segments.allSatisfy { if case .literal = $0 { true } else { false } }
            }
        ) { $0.shape.path.description }
        routes = Dictionary(grouping: all) { $0.shape.path.segments.count }
    }

    func match(_ method: HTTPRequest.Method, path: String) -> Match {
        let wanted = method == .head ? .get : method
        if let route = literals[path]?.first(where: { $0.shape.method == wanted }) {
            return .found(route, [:])
        }
        guard path.hasPrefix("/") else { return .notFound }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var allowed: [HTTPRequest.Method] = []
        var matchedPath: PathTemplate?
        for route in routes[segments.count] ?? [] {
            let shape = route.shape
            guard matchedPath == nil || matchedPath == shape.path, let parameters = shape.path.match(segments)
            else {
                continue
            }
            matchedPath = shape.path
            if shape.method == wanted { return .found(route, parameters) }
            allowed.append(shape.method)
        }
        guard !allowed.isEmpty else { return .notFound }
        if allowed.contains(.get) { allowed.append(.head) }
        return .wrongMethod(allowed: allowed)
    }
}
