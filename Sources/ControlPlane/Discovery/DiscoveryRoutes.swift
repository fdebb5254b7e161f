import APIModels
import Masking

/// `POST /v1/resources/{name}/scan`: the agent looks at samples, and tags are proposed for what it found.
struct DiscoveryRoutes: Sendable {
    let services: Services

    /// The agent takes 20 s at most for a scan.
    static let answerTime: Duration = .seconds(30)

    var handlers: [Operation: Handler] { [.scanResource: scan] }

    @Sendable private func scan(_ request: APIRequest) async throws -> APIResponse {
        let input: ScanRequest = try request.decode()
        let store = ResourceStore(database: services.database)
        let resource = try await store.required(request).resource
        let question = AgentScanRequest(resource: resource.name, sampleRows: input.sampleRows)
        let answer = try await AgentRequests(services: services).ask(
            resource.agent, .scan(question), within: Self.answerTime)
        guard let findings = answer.scan else {
            throw Problem.unanswered(answer.problem, "scan the resource")
        }
        let tagged = Dictionary(
            uniqueKeysWithValues: try await store.columnTags(of: resource.id).map { ($0.column, $0.tags) })
        let proposals = findings.columns.compactMap {
            TagProposals.proposal(for: $0, tagged: tagged[$0.column] ?? [])
        }
        return try await services.change(request) { _ in
            let entry = AuditEntry(
                "resource.scan", resource.id, name: resource.name.description,
                details: [
                    "tables": .integer(Int64(findings.scannedTables)),
                    "proposals": .integer(Int64(proposals.count)),
                ])
            return Changed(
                .json(
                    ScanResponse(
                        items: proposals, scannedTables: findings.scannedTables,
                        skippedTables: findings.skippedTables)), audit: [entry])
        }
    }
}

/// From what detectors found in a column to tags for it.
enum TagProposals {
    /// Tags that the column does not have yet; nil when there is no reason for any.
    static func proposal(for column: ScannedColumn, tagged: [String]) -> ColumnProposal? {
        let evidence = column.evidence.filter { isEnough($0.matched, of: column.sampled) }
        let missing = Set(evidence.flatMap { tags(of: $0.detector) }).subtracting(tagged)
        guard !missing.isEmpty else { return nil }
        return ColumnProposal(
            column: column.column, tags: missing.sorted(), sampled: column.sampled, evidence: evidence)
    }

    /// One value in twenty, or ten of them however long the column is.
    private static func isEnough(_ matched: Int, of sampled: Int) -> Bool {
        matched >= 10 || matched > 0 && 20 * matched >= sampled
    }

    /// What people are known or paid by is `pii`, what opens doors is `secret`; URLs alone are neither.
    private static func tags(of name: String) -> [String] {
        guard let detector = Detector.named(name)?.first else { return ["pii"] }
        if Detector.groups["credential"]?.contains(detector) == true { return ["secret"] }
        switch detector {
        case .url: return []
        case .creditCard: return ["pci", "pii"]
        default: return ["pii"]
        }
    }
}
