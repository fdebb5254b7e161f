import APIModels
import Logging
import Observability
import PostgresClient
import Recording
import Synchronization

/// `POST /v1/agent/records`: takes records, and acknowledges them once they are committed.
struct IngestRoutes: Sendable {
    let services: Services
    private let partitions: RecordingPartitions
    private let logger = Logger(label: "sallyport.ingest")

    init(services: Services) {
        self.services = services
        partitions = RecordingPartitions(database: services.database)
    }

    var handlers: [Operation: Handler] { [.uploadRecords: upload] }

    @Sendable private func upload(_ request: APIRequest) async throws -> APIResponse {
        let upload = try RecordUpload(request)
        let agent = request.agent
        try await partitions.ensure(IngestStore.day(of: request.now))
        let ids = Set(upload.items.compactMap(\.record.session.sessionID))
        try await services.database.transaction { transaction in
            let store = IngestStore(database: transaction)
            let (ingesting, chains) = try await store.lock(Array(ids), lane: upload.lane, of: agent.id)
            guard let ingesting else { throw Problem.unauthenticated }
            let plan = try IngestPlan(upload, by: ingesting, stored: chains)
            try await store.apply(plan, of: upload, by: ingesting, at: request.now)
        }
        if upload.isEvidence {
            logger.error(
                "an agent sent records that do not verify",
                metadata: [
                    "agent": "\(agent.name)", "lane": "\(upload.lane)", "segment": "\(upload.segment)",
                ])
        }
        services.metrics.counter(
            "sallyport_records_received_total", help: "Records that agents sent and that are stored."
        ).increment(by: upload.items.count)
        return .json(RecordsAcknowledged(acknowledgedOffset: upload.end))
    }
}

/// Makes the partitions of each day, and remembers for which days they were made.
final class RecordingPartitions: Sendable {
    private let database: any PostgresDatabase
    private let made = Mutex<Set<String>>([])

    init(database: any PostgresDatabase) { self.database = database }

    func ensure(_ day: String) async throws(PostgresError) {
        if made.withLock({ $0.contains(day) }) { return }
        try await database.query("SELECT ensure_recording_partitions(\(day)::date)")
        made.withLock { $0 = [day] }
    }
}
