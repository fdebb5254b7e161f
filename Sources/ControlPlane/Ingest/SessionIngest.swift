import APIModels
import Crypto
import Recording

/// A session's opening with its ids and names as what they are.
struct SessionOpening: Sendable {
    let opened: SessionOpened
    let principal: PrincipalReference
    let resourceID: ResourceID
    let resource: Name
    let resourceProtocol: ResourceProtocol

    /// Nil when a field is not what the API could show, or when it names another agent than `agent`.
    init?(_ opened: SessionOpened, by agent: AgentID) {
        guard let principalID = PrincipalID(opened.principalID),
            let kind = PrincipalKind(rawValue: opened.principalKind),
            let resourceID = ResourceID(opened.resourceID), let resource = Name(opened.resourceName),
            let resourceProtocol = ResourceProtocol(rawValue: opened.protocolName),
            opened.agentID == agent.description
        else { return nil }
        self.opened = opened
        principal = PrincipalReference(id: principalID, name: opened.principalName, kind: kind)
        self.resourceID = resourceID
        self.resource = resource
        self.resourceProtocol = resourceProtocol
    }
}

/// What is stored of a session that records arrive for.
struct StoredChain: Sendable {
    let id: SessionID
    let agent: AgentID
    let chain: SessionChain
    let principal: PrincipalID
    let resource: ResourceID
    let signingKey: [UInt8]
}

/// A session while the records of one upload are added to it. A class, so that its bytes are appended in place.
final class SessionIngest {
    let id: SessionID
    let agent: AgentID
    let principal: PrincipalID
    let resource: ResourceID
    /// Only of a session that is not stored yet: what opened it, and where in the segment.
    let opening: (content: SessionOpening, offset: Int64)?
    private let signingKey: Curve25519.Signing.PublicKey?

    private(set) var chain: SessionChain
    /// The new records as a stream, and their sequences.
    private(set) var stream: [UInt8] = []
    private(set) var sequences: ClosedRange<UInt64>?
    private(set) var signedSequence: UInt64?
    private(set) var flaw: String?
    var startedStatements: Int64 = 0
    var closed: SessionClosed?

    init(stored: StoredChain) {
        id = stored.id
        agent = stored.agent
        principal = stored.principal
        resource = stored.resource
        opening = nil
        chain = stored.chain
        signingKey = try? Curve25519.Signing.PublicKey(rawRepresentation: stored.signingKey)
    }

    init(_ id: SessionID, openedBy opening: SessionOpening, at offset: Int64, agent: IngestingAgent) {
        self.id = id
        self.agent = agent.id
        principal = opening.principal.id
        resource = opening.resourceID
        self.opening = (opening, offset)
        chain = SessionChain(session: id.recorded)
        signingKey = try? Curve25519.Signing.PublicKey(rawRepresentation: agent.signingKey)
    }

    /// Checks the next record against the chain, and a checkpoint's signature.
    /// - Returns: its content; or why it does not verify, and then nothing has changed.
    func follow(_ record: Record) -> Result<RecordContent, IngestFlaw> {
        do {
            let content = try record.content()
            if case .checkpoint(let checkpoint) = content {
                guard let signingKey, checkpoint.isValid(in: record, for: signingKey) else {
                    return .failure(IngestFlaw("record \(record.sequence): the signature is not the agent's"))
                }
                try chain.follow(record)
                signedSequence = record.sequence
            } else {
                try chain.follow(record)
            }
            add(record)
            return .success(content)
        } catch let error as SessionChain.Break {
            return .failure(IngestFlaw(error))
        } catch {
            return .failure(IngestFlaw("record \(record.sequence): \(error)"))
        }
    }

    /// Keeps a record that does not verify, and goes on behind it.
    func keepAsEvidence(_ record: Record, _ flaw: IngestFlaw) {
        if self.flaw == nil { self.flaw = flaw.reason }
        chain.resume(behind: record)
        add(record)
    }

    private func add(_ record: Record) {
        stream += record.bytes
        stream += repeatElement(0, count: RecordFormat.stride(record.bytes.count) - record.bytes.count)
        sequences = (sequences?.lowerBound ?? record.sequence)...record.sequence
    }
}

/// Why a record does not belong where it stands.
struct IngestFlaw: Error, Sendable, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }

    init(_ chainBreak: SessionChain.Break) {
        reason =
            switch chainBreak {
            case .otherSession: "it is of another session"
            case .sequence(let expected, let found): "record \(found) came where \(expected) was due"
            case .previousHash(let sequence): "record \(sequence) does not follow from the one before it"
            }
    }
}

extension TypedID {
    /// As it stands in records.
    var recorded: RecordSessionID {
        RecordSessionID((UInt64(truncatingIfNeeded: rawValue >> 64), UInt64(truncatingIfNeeded: rawValue)))
    }
}

extension RecordSessionID {
    var sessionID: SessionID? { SessionID(bytes: bytes) }
}
