import APIModels
import HTTPTypes
import Observability
import PostgresClient

/// What operators and machines ask the service itself: health, readiness, metrics, the API's description.
struct OperationRoutes: Sendable {
    let services: Services
    let migrations: MigrationRunner
    let reference: ReferenceFiles

    var handlers: [Operation: Handler] {
        [
            .getHealth: health, .getReadiness: readiness, .getMetrics: metrics,
            .getOpenAPI: { .file(reference.openAPI, for: $0) },
            .getReference: { .file(reference.page, for: $0) },
        ]
    }

    private struct Health: JSONObjectWritable {
        var status: String
        var checks: [String: String]

        func write(to object: inout JSONObjectText) {
            object.add("status", status)
            object.add("checks", checks)
        }
    }

    /// The process answers.
    @Sendable private func health(_ request: APIRequest) async throws -> APIResponse {
        .json(Health(status: "ok", checks: [:]))
    }

    /// It can serve: the database answers and has the schema of this version. 503 says what is amiss.
    @Sendable private func readiness(_ request: APIRequest) async throws -> APIResponse {
        if services.changes.isDraining {
            return .json(
                Health(status: "unavailable", checks: ["server": "shutting down"]),
                status: .serviceUnavailable)
        }
        do {
            try await migrations.verify(services.database)
            return .json(Health(status: "ok", checks: ["database": "ok", "migrations": "ok"]))
        } catch let error as MigrationError {
            let checks = ["database": "ok", "migrations": error.description]
            return .json(Health(status: "unavailable", checks: checks), status: .serviceUnavailable)
        } catch {
            return .json(
                Health(status: "unavailable", checks: ["database": "unavailable"]),
                status: .serviceUnavailable)
        }
    }

    @Sendable private func metrics(_ request: APIRequest) async throws -> APIResponse {
        .text(services.metrics.render(), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
}
