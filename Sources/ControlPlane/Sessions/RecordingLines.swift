import APIModels
import Recording

/// A recording as JSON lines: one object for each record, with its hash, the hash it names as the one before, its bytes,
/// and what they say.
///
/// `record` is the record as the agent wrote it, in base64url: its SHA-256 is `hash`, the next line's `previous_hash` is
/// the same, and a line of type `checkpoint` carries the agent's signature over the line before it. That is all one needs
/// to verify the recording; the decoded fields are for reading.
enum RecordingLines {
    static func lines(of stream: [UInt8]) throws(RecordError) -> [UInt8] {
        var reader = RecordReader(stream)
        var lines: [UInt8] = []
        while let record = try reader.next() {
            lines += JSON.object(line(of: record)).serialized()
            lines.append(UInt8(ascii: "\n"))
        }
        return lines
    }

    private static func line(of record: Record) -> JSONObject {
        var line = JSONObject()
        line["sequence"] = .integer(Int64(clamping: record.sequence))
        line["type"] = .string(name(of: record.kind))
        line["hash"] = .string(record.hash.description)
        line["previous_hash"] = .string(record.previous.description)
        do {
            switch try record.content() {
            case .sessionOpened(let opened): add(opened, to: &line)
            case .statementStarted(let started): add(started, to: &line)
            case .statementFinished(let finished): add(finished, to: &line)
            case .sessionClosed(let closed): add(closed, to: &line)
            case .checkpoint(let checkpoint): line["at"] = time(checkpoint.signedAt)
            case .laneOpened(let opened): line["at"] = time(opened.openedAt)
            }
        } catch {
            line["unreadable"] = .string("\(error)")
        }
        line["record"] = .string(Base64URL.encode(record.bytes))
        return line
    }

    private static func name(of kind: RecordKind) -> String {
        switch kind {
        case .sessionOpened: "session_opened"
        case .statementStarted: "statement_started"
        case .statementFinished: "statement_finished"
        case .sessionClosed: "session_closed"
        case .checkpoint: "checkpoint"
        case .laneOpened: "lane_opened"
        }
    }

    private static func add(_ opened: SessionOpened, to line: inout JSONObject) {
        line["at"] = time(opened.openedAt)
        line["principal"] = [
            "id": .string(opened.principalID), "name": .string(opened.principalName),
            "kind": .string(opened.principalKind),
        ]
        line["groups"] = texts(opened.groups)
        line["credential_id"] = .string(opened.credentialID)
        line["claimed_user"] = .string(opened.claimedUser)
        line["application_name"] = .string(opened.applicationName)
        line["client_address"] = .string(opened.clientAddress)
        line["resource"] = ["id": .string(opened.resourceID), "name": .string(opened.resourceName)]
        line["agent_id"] = .string(opened.agentID)
        line["policy_revision"] = .integer(Int64(clamping: opened.policyRevision))
        line["protocol"] = .string(opened.protocolName)
    }

    private static func add(_ started: StatementStarted, to line: inout JSONObject) {
        let facts = started.facts
        line["at"] = time(started.startedAt)
        line["statement"] = .integer(Int64(clamping: started.number))
        line["form"] = .string(started.form.name)
        line["text"] = .string(String(decoding: started.text.kept, as: UTF8.self))
        if let digest = started.text.digest {
            line["text_bytes"] = .integer(Int64(clamping: started.text.totalBytes))
            line["text_sha256"] = .string(digest.description)
        }
        line["parameters"] = .array(
            started.parameters.map { parameter in
                parameter.value.map { .string(RecordedText.text(of: $0, parameter)) } ?? .null
            })
        line["actions"] = texts(facts.actions.names)
        line["conditions"] = texts(facts.conditions)
        line["tables"] = texts(facts.tables)
        line["reached"] = texts(facts.reached)
        line["columns"] = texts(facts.columns)
        line["decision"] = .string(facts.decision.name)
        line["policy_revision"] = .integer(Int64(clamping: facts.policyRevision))
        line["rules"] = JSON.tree(of: StoredFacts(facts).rules)
        line["masks"] = JSON.tree(of: StoredFacts(facts).masks)
        if let approval = started.approval {
            line["approval"] = JSON.tree(of: StoredStatementApproval(approval))
        }
    }

    private static func add(_ finished: StatementFinished, to line: inout JSONObject) {
        line["at"] = time(finished.finishedAt)
        line["statement"] = .integer(Int64(clamping: finished.number))
        line["duration_us"] = .integer(Int64(clamping: finished.durationNanoseconds / 1000))
        line["rows"] = .integer(Int64(clamping: finished.rows))
        line["command_tag"] = .string(finished.commandTag)
        if let error = finished.error {
            line["error"] = ["sqlstate": .string(error.code), "message": .string(error.message)]
        }
        line["masked"] = JSON.tree(of: finished.masked.map(StatementMasking.init))
        var response: JSONObject = [
            "bytes": .integer(Int64(clamping: finished.response.totalBytes)),
            "kept": .string(Base64URL.encode(finished.response.kept)),
        ]
        if let digest = finished.response.digest { response["sha256"] = .string(digest.description) }
        line["response"] = .object(response)
    }

    private static func add(_ closed: SessionClosed, to line: inout JSONObject) {
        line["at"] = time(closed.closedAt)
        line["reason"] = .string(closed.reason)
        line["statements"] = .integer(Int64(clamping: closed.statements))
        line["rows"] = .integer(Int64(clamping: closed.rows))
        line["response_bytes"] = .integer(Int64(clamping: closed.responseBytes))
    }

    private static func time(_ time: RecordTime) -> JSON { .string(Timestamp(time).description) }

    private static func texts(_ values: [String]) -> JSON { .array(values.map { .string($0) }) }
}
