/// How a statement came.
package enum StatementForm: UInt8, Hashable, Sendable {
    case simpleQuery = 1
    case execute = 2
    /// Refused or failed when it was prepared, and never run.
    case prepare = 3
    case httpRequest = 4
    case awsCall = 5

    package var name: String {
        switch self {
        case .simpleQuery: "simple_query"
        case .execute: "execute"
        case .prepare: "prepare"
        case .httpRequest: "http_request"
        case .awsCall: "aws_call"
        }
    }
}

/// How a hold ended, when there was one.
package struct RecordedApproval: Hashable, Sendable {
    package var approvalIDs: [String]
    package var reviewers: [String]
    /// What was redeemed for this statement; nil when it was not approved.
    package var receipt: String?
    package var heldMicroseconds: UInt64

    package init(approvalIDs: [String], reviewers: [String], receipt: String?, heldMicroseconds: UInt64) {
        self.approvalIDs = approvalIDs
        self.reviewers = reviewers
        self.receipt = receipt
        self.heldMicroseconds = heldMicroseconds
    }
}

/// A parameter that is about to be recorded; `value` belongs to the caller and is read during the append only.
package struct ParameterView {
    /// Nil is NULL.
    package var value: UnsafeRawBufferPointer?
    package var isBinary: Bool
    /// Masked already: the value is not what the client sent.
    package var isMasked: Bool
    /// The type's OID, 0 where it is not known.
    package var typeOID: UInt32

    package init(value: UnsafeRawBufferPointer?, isBinary: Bool, isMasked: Bool = false, typeOID: UInt32 = 0)
    {
        self.value = value
        self.isBinary = isBinary
        self.isMasked = isMasked
        self.typeOID = typeOID
    }
}

/// A statement that is about to be forwarded, or that was refused: the writer's side, which owns nothing.
///
///     1 byte form · varint number · time started · varint length of facts, `StatementFacts` · capped text · varint count of
///     parameters · per parameter: 1 byte flags (1 NULL, 2 binary, 4 masked), varint type OID, and, unless NULL, capped value ·
///     1 byte whether approvals follow · list of text approval ids · list of text reviewers · optional receipt (1 byte,
///     text) · varint µs held
package struct StatementStartedView: RecordPayload {
    package static let kind = RecordKind.statementStarted

    /// 1 for the first statement of a session, then one more each time; ties `StatementFinished` to it.
    package var number: UInt64
    package var startedAt: RecordTime
    package var form: StatementForm
    package var facts: EncodedFacts
    /// As the client sent it, without a NUL behind it.
    package var text: UnsafeRawBufferPointer
    package var parameters: UnsafeBufferPointer<ParameterView>
    package var approval: RecordedApproval?

    package init(
        number: UInt64, startedAt: RecordTime, form: StatementForm, facts: EncodedFacts,
        text: UnsafeRawBufferPointer,
        parameters: UnsafeBufferPointer<ParameterView> = UnsafeBufferPointer(start: nil, count: 0),
        approval: RecordedApproval? = nil
    ) {
        self.number = number
        self.startedAt = startedAt
        self.form = form
        self.facts = facts
        self.text = text
        self.parameters = parameters
        self.approval = approval
    }

    package var encodedLengthBound: Int {
        var bound = 64 + facts.count + PayloadWriter.cappedBound(text.count, cap: RecordLimits.textBytes)
        var parameterRoom = RecordLimits.parametersBytes
        for parameter in parameters {
            let kept = min(parameter.value?.count ?? 0, RecordLimits.parameterBytes, parameterRoom)
            parameterRoom -= kept
            bound += 31 + RecordHash.length + kept
        }
        if let approval {
            for text in approval.approvalIDs + approval.reviewers { bound += 10 + text.utf8.count }
            bound += 64 + (approval.receipt?.utf8.count ?? 0)
        }
        return bound
    }

    package func encode(into writer: inout PayloadWriter) {
        writer.byte(form.rawValue)
        writer.varint(number)
        writer.time(startedAt)
        writer.bytes(facts.bytes)
        writer.capped(text, cap: RecordLimits.textBytes)
        writer.varint(parameters.count)
        var room = RecordLimits.parametersBytes
        for parameter in parameters {
            let flags: UInt8 =
                (parameter.value == nil ? 1 : 0) | (parameter.isBinary ? 2 : 0) | (parameter.isMasked ? 4 : 0)
            writer.byte(flags)
            writer.varint(UInt64(parameter.typeOID))
            guard let value = parameter.value else { continue }
            let cap = min(RecordLimits.parameterBytes, room)
            writer.capped(value, cap: cap)
            room -= min(value.count, cap)
        }
        writer.byte(approval == nil ? 0 : 1)
        guard let approval else { return }
        writer.texts(approval.approvalIDs)
        writer.texts(approval.reviewers)
        writer.optionalText(approval.receipt)
        writer.varint(approval.heldMicroseconds)
    }
}

/// A statement as it stands in a recording.
package struct StatementStarted: Hashable, Sendable {
    package struct Parameter: Hashable, Sendable {
        /// Nil is NULL.
        package var value: CappedBytes?
        package var isBinary: Bool
        package var isMasked: Bool
        package var typeOID: UInt32
    }

    package var number: UInt64
    package var startedAt: RecordTime
    package var form: StatementForm
    package var facts: StatementFacts
    package var text: CappedBytes
    package var parameters: [Parameter]
    package var approval: RecordedApproval?

    init(from reader: inout PayloadReader) throws(RecordError) {
        guard let form = StatementForm(rawValue: try reader.byte("form")) else {
            throw .payload(field: "form")
        }
        self.form = form
        number = try reader.varint("number")
        startedAt = try reader.time("started_at")
        let factsLength = try reader.length("facts")
        var factsReader = PayloadReader(try reader.raw(factsLength, "facts"))
        facts = try StatementFacts(from: &factsReader)
        try factsReader.finish()
        text = try reader.capped("text")
        parameters = try reader.list("parameters") { (reader) throws(RecordError) in
            let flags = try reader.byte("parameter.flags")
            guard flags & ~7 == 0 else { throw .payload(field: "parameter.flags") }
            guard let typeOID = UInt32(exactly: try reader.varint("parameter.type")) else {
                throw .payload(field: "parameter.type")
            }
            let value = flags & 1 == 0 ? try reader.capped("parameter.value") : nil
            return Parameter(
                value: value, isBinary: flags & 2 != 0, isMasked: flags & 4 != 0, typeOID: typeOID)
        }
        guard try reader.flag("approval") else { return }
        approval = RecordedApproval(
            approvalIDs: try reader.texts("approval_ids"), reviewers: try reader.texts("reviewers"),
            receipt: try reader.optionalText("receipt"), heldMicroseconds: try reader.varint("held"))
    }
}
