import APIModels
import Masking
import PatternMatching
import PostgresClient

/// `/v1/detectors`: the patterns of admins. One that cannot be matched in linear time is refused when it is saved.
struct DetectorRoutes: Sendable {
    let services: Services

    /// All of them are looked for in every value together.
    private static let maximumCount = 100

    var handlers: [Operation: Handler] {
        [.listDetectors: list, .getDetector: get, .putDetector: put, .deleteDetector: delete]
    }

    @Sendable private func list(_ request: APIRequest) async throws -> APIResponse {
        .json(try await DetectorStore(database: services.database).list(PageRequest(request.query)))
    }

    @Sendable private func get(_ request: APIRequest) async throws -> APIResponse {
        let detector = try await required(request, in: DetectorStore(database: services.database))
        return .item(detector, detector.tag, for: request)
    }

    @Sendable private func put(_ request: APIRequest) async throws -> APIResponse {
        let spec: DetectorSpec = try request.decode()
        let address = request.path["name"] ?? ""
        guard DetectorID(address) != nil || spec.name == address else {
            throw Problem.invalidBody("name", .invalidValue, "must be the name in the path")
        }
        guard Detector.named(spec.name) == nil else {
            throw Problem.invalidBody("name", .invalidValue, "is a detector that is built in")
        }
        return try await services.change(request) { transaction in
            let store = DetectorStore(database: transaction)
            let current = try await store.find(address, forUpdate: true)
            try await Self.check(spec, beside: store.all())
            guard let current else {
                guard spec.name == address else { throw Problem.notFound("There is no such detector.") }
                try request.requireAbsenceAllowed()
                let detector = CustomDetector(
                    id: services.makeID(DetectorID.self), revision: 1, spec: spec, createdAt: request.now,
                    updatedAt: request.now)
                try await store.insert(detector)
                return Changed(
                    .created(detector, detector.tag, at: "/v1/detectors/\(detector.name)"),
                    audit: [Self.audit("detector.create", detector)], notices: [.configuration])
            }
            guard current.name == spec.name else {
                throw Problem.invalidBody("name", .invalidValue, "cannot be changed")
            }
            try request.requireReplaceAllowed()
            try request.requireMatch(current.tag)
            let detector = CustomDetector(
                id: current.id, revision: current.revision + 1, spec: spec, createdAt: current.createdAt,
                updatedAt: request.now)
            try await store.replace(detector)
            return Changed(
                .json(detector).with(detector.tag), audit: [Self.audit("detector.update", detector)],
                notices: [.configuration])
        }
    }

    /// One that a policy names stays.
    @Sendable private func delete(_ request: APIRequest) async throws -> APIResponse {
        try await services.change(request) { transaction in
            let store = DetectorStore(database: transaction)
            let current = try await required(request, in: store, forUpdate: true)
            try request.requireMatch(current.tag)
            let users = try await PolicyStore(database: transaction).all().filter { policy in
                DetectorNames.used(by: policy.spec).contains(current.name)
            }
            if let user = users.first {
                throw Problem.conflict(.inUse, "The policy \"\(user.name)\" names this detector.")
            }
            try await store.delete(current.id)
            return Changed(
                .noContent, audit: [Self.audit("detector.delete", current)], notices: [.configuration])
        }
    }

    private func required(
        _ request: APIRequest, in store: DetectorStore, forUpdate: Bool = false
    ) async throws -> CustomDetector {
        guard let detector = try await store.find(request.path["name"] ?? "", forUpdate: forUpdate) else {
            throw Problem.notFound("There is no such detector.")
        }
        return detector
    }

    /// Compiles the pattern alone, for what is wrong with it, and beside all others, for what they need together.
    private static func check(_ spec: DetectorSpec, beside others: [CustomDetector]) throws {
        let others = others.map(\.spec).filter { $0.name != spec.name }
        guard others.count < maximumCount else {
            throw Problem.conflict(.inUse, "There are \(maximumCount) detectors, and can be no more.")
        }
        do throws(PatternError) {
            _ = try CustomDetectors([CustomPattern(spec)])
            _ = try CustomDetectors((others + [spec]).map(CustomPattern.init))
        } catch {
            let place = error.position.map { ", at position \($0)" } ?? ""
            throw Problem.invalidBody("pattern", .invalidValue, "cannot be used\(place): \(error.message)")
        }
    }

    private static func audit(_ action: String, _ detector: CustomDetector) -> AuditEntry {
        AuditEntry(
            action, detector.id, name: detector.name, details: ["revision": .integer(detector.revision)])
    }
}

extension CustomPattern {
    fileprivate init(_ spec: DetectorSpec) {
        self.init(
            name: spec.name, pattern: spec.pattern,
            check: spec.check.flatMap { Check(rawValue: $0.rawValue) },
            context: spec.context)
    }
}
