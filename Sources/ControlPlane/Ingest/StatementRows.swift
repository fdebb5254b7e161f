import APIModels
import PostgresClient
import Recording

/// New rows of `statements`, column by column, as they are sent to the database.
struct StatementRows {
    private struct Key: Hashable {
        let session: SessionID
        let number: UInt64
    }

    private var positions: [Key: Int] = [:]
    /// JSON of facts that came already: most statements repeat.
    private var factTexts: [StatementFacts: String] = [:]

    private var sessions: [SessionID] = []
    private var numbers: [Int64] = []
    private var principals: [PrincipalID] = []
    private var resources: [ResourceID] = []
    private var forms: [String] = []
    private var texts: [String] = []
    private var textBytes: [Int64] = []
    private var fingerprints: [Int64] = []
    private var parameters: [String] = []
    private var actions: [Int64] = []
    private var decisions: [String] = []
    private var facts: [String] = []
    private var approvals: [String?] = []
    private var starts: [Timestamp] = []
    private var results: [StatementResult?] = []

    var isEmpty: Bool { sessions.isEmpty }

    mutating func append(_ started: StatementStarted, of session: SessionIngest) {
        let key = Key(session: session.id, number: started.number)
        // A number comes once in a session; what came first is what was meant.
        guard positions[key] == nil else { return }
        positions[key] = sessions.count
        sessions.append(session.id)
        numbers.append(Int64(clamping: started.number))
        principals.append(session.principal)
        resources.append(session.resource)
        forms.append(started.form.name)
        texts.append(RecordedText.displayed(started.text.kept))
        textBytes.append(Int64(clamping: started.text.totalBytes))
        fingerprints.append(Int64(bitPattern: started.facts.fingerprint))
        parameters.append(RecordedText.json(parameters: started.parameters))
        actions.append(Int64(started.facts.actions.rawValue))
        decisions.append(started.facts.decision.name)
        facts.append(text(of: started.facts))
        approvals.append(started.approval.map { JSON.encodeText(StoredStatementApproval($0)) })
        starts.append(Timestamp(started.startedAt))
        results.append(nil)
    }

    /// Adds the result to a row that is here. False when its start came with an earlier upload.
    mutating func finish(_ finished: StatementFinished, of session: SessionID) -> Bool {
        guard let position = positions[Key(session: session, number: finished.number)] else { return false }
        results[position] = StatementResult(finished)
        return true
    }

    private mutating func text(of facts: StatementFacts) -> String {
        if let text = factTexts[facts] { return text }
        let text = JSON.encodeText(StoredFacts(facts))
        factTexts[facts] = text
        return text
    }

    func insertion(storedOn day: String) -> SQL {
        """
        INSERT INTO statements (stored_on, session_id, number, principal_id, resource_id, form, text, text_bytes,
            fingerprint, parameters, actions, decision, facts, approval, started_at, finished_at, duration_us, rows, bytes,
            command_tag, masked, error_code, error_message)
        SELECT \(day)::date, session_id, number, principal_id, resource_id, form, text, text_bytes, fingerprint,
            parameters::jsonb, actions::smallint, decision, facts::jsonb, approval::jsonb, started_at, finished_at,
            duration_us, rows, bytes, command_tag, masked::jsonb, error_code, error_message
        FROM unnest(\(sessions), \(numbers), \(principals), \(resources), \(forms)::text[], \(texts)::text[],
            \(textBytes), \(fingerprints), \(parameters)::text[], \(actions), \(decisions)::text[], \(facts)::text[],
            \(approvals)::text[], \(starts), \(results.map { $0?.finishedAt }), \(results.map { $0?.durationUs }),
            \(results.map { $0?.rows }), \(results.map { $0?.bytes }), \(results.map { $0?.commandTag })::text[],
            \(results.map { $0?.masked })::text[],
            \(results.map { $0?.errorCode })::text[], \(results.map { $0?.errorMessage })::text[])
            AS added (session_id, number, principal_id, resource_id, form, text, text_bytes, fingerprint, parameters,
                actions, decision, facts, approval, started_at, finished_at, duration_us, rows, bytes, command_tag,
                masked, error_code, error_message)
        ON CONFLICT DO NOTHING
        """
    }
}

/// Results of statements whose start is stored already.
struct ResultRows {
    private var sessions: [SessionID] = []
    private var numbers: [Int64] = []
    private var results: [StatementResult] = []

    var isEmpty: Bool { sessions.isEmpty }

    mutating func append(_ finished: StatementFinished, of session: SessionID) {
        sessions.append(session)
        numbers.append(Int64(clamping: finished.number))
        results.append(StatementResult(finished))
    }

    /// The first result of a statement counts.
    func update() -> SQL {
        """
        UPDATE statements SET finished_at = added.finished_at, duration_us = added.duration_us, rows = added.rows,
            bytes = added.bytes, command_tag = added.command_tag, masked = added.masked::jsonb,
            error_code = added.error_code,
            error_message = added.error_message
        FROM unnest(\(sessions), \(numbers), \(results.map(\.finishedAt)), \(results.map(\.durationUs)),
            \(results.map(\.rows)), \(results.map(\.bytes)), \(results.map(\.commandTag))::text[],
            \(results.map(\.masked))::text[],
            \(results.map(\.errorCode))::text[], \(results.map(\.errorMessage))::text[])
            AS added (session_id, number, finished_at, duration_us, rows, bytes, command_tag, masked, error_code,
                error_message)
        WHERE statements.session_id = added.session_id AND statements.number = added.number
            AND statements.finished_at IS NULL
        """
    }
}

/// The end of a statement as columns.
private struct StatementResult {
    let finishedAt: Timestamp
    let durationUs: Int64
    let rows: Int64
    let bytes: Int64
    let commandTag: String
    let masked: String?
    let errorCode: String?
    let errorMessage: String?

    init(_ finished: StatementFinished) {
        finishedAt = Timestamp(finished.finishedAt)
        durationUs = Int64(clamping: finished.durationNanoseconds / 1000)
        rows = Int64(clamping: finished.rows)
        bytes = Int64(clamping: finished.response.totalBytes)
        commandTag = RecordedText.displayed(Array(finished.commandTag.utf8))
        masked = finished.masked.isEmpty ? nil : JSON.encodeText(finished.masked.map(StatementMasking.init))
        errorCode = finished.error.map { RecordedText.displayed(Array($0.code.utf8)) }
        errorMessage = finished.error.map { RecordedText.displayed(Array($0.message.utf8)) }
    }
}
