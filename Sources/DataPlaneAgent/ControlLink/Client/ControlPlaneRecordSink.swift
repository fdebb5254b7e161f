import APIModels
import HTTP
import HTTPTypes
import Reactor

/// Takes record batches to the control plane (`POST /v1/agent/records`).
struct ControlPlaneRecordSink: RecordSink {
    let client: ControlPlaneClient

    /// A batch is at most about 1 MiB; the control plane stores it before it answers.
    private static let answerTime = Duration.seconds(30)

    func upload(_ batch: RecordBatch) async throws(RecordSinkError) -> Int {
        var fields: HTTPFields = [.contentType: "application/octet-stream"]
        if batch.isCompressed { fields[.contentEncoding] = "zstd" }
        let evidence = batch.isEvidence ? "&evidence=true" : ""
        let request = ControlPlaneRequest(
            method: .post,
            path:
                "/v1/agent/records?lane=\(batch.lane)&segment=\(batch.segment)&offset=\(batch.offset)\(evidence)",
            fields: fields, body: batch.body, isRepeatable: true)
        do throws(ControlPlaneError) {
            let answer: RecordsAcknowledgement = try await client.call(
                request, deadline: .after(Self.answerTime))
            guard let offset = Int(exactly: answer.acknowledgedOffset) else {
                throw ControlPlaneError.interrupted(.closed)
            }
            return offset
        } catch {
            throw RecordSinkError(error)
        }
    }
}

extension RecordSinkError {
    init(_ error: ControlPlaneError) {
        switch error {
        case .refused(let problem) where problem.status == 409: self = .chainBroken("\(error)")
        case .refused where !error.isTransient: self = .rejected("\(error)")
        case .refused, .unreachable, .interrupted, .unauthorized, .malformed: self = .unavailable("\(error)")
        }
    }
}
