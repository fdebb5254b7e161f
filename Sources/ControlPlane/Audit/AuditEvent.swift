import APIModels

/// Who did something, as audit events name it.
struct AuditActor: Sendable, Hashable, Codable {
    /// The id of a principal or agent; empty for nobody.
    var id: String
    var name: String
    /// `human`, `ai_agent`, `workload`, `agent`, `system` or `anonymous`.
    var kind: String

    /// The control plane itself: jobs, and the commands of its operator.
    static let system = AuditActor(id: "", name: "sallyport", kind: "system")
}

/// What something was done to.
struct AuditSubject: Sendable, Hashable, Codable {
    var kind: String
    var id: String
    var name: String?
}

/// What a change says of itself.
struct AuditEntry: Sendable {
    /// `noun.verb`: `resource.create`.
    let action: String
    let subject: AuditSubject
    /// What is worth knowing of it, without any secret.
    let details: JSON

    init<Kind>(_ action: String, _ id: TypedID<Kind>, name: String? = nil, details: JSON = .object([:])) {
        self.action = action
        subject = AuditSubject(kind: String(action.prefix { $0 != "." }), id: id.description, name: name)
        self.details = details
    }
}

/// One entry of the audit log, as the API shows it.
struct AuditEvent: Sendable, Codable {
    /// What was hashed, as it is stored.
    struct Payload: Sendable, Codable {
        var id: AuditEventID
        var at: Timestamp
        var action: String
        var actor: AuditActor
        var subject: AuditSubject
        var requestID: RequestID?
        var details: JSON
    }

    var sequence: Int64
    var payload: Payload
    var previousHash: String
    var hash: String

    private enum CodingKeys: String, CodingKey { case sequence, previousHash, hash }

    init(sequence: Int64, payload: Payload, previousHash: String, hash: String) {
        self.sequence = sequence
        self.payload = payload
        self.previousHash = previousHash
        self.hash = hash
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        payload = try Payload(from: decoder)
        sequence = try fields.decode(Int64.self, forKey: .sequence)
        previousHash = try fields.decode(String.self, forKey: .previousHash)
        hash = try fields.decode(String.self, forKey: .hash)
    }

    func encode(to encoder: any Encoder) throws {
        try payload.encode(to: encoder)
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(sequence, forKey: .sequence)
        try fields.encode(previousHash, forKey: .previousHash)
        try fields.encode(hash, forKey: .hash)
    }
}
