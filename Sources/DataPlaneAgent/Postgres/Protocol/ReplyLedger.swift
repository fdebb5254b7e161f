internal import PostgresWire

/// What the server still owes, in order: one entry per message that went upstream and is answered.
///
/// The server answers strictly in order (manual, 55.2.4 "Pipelining"), so the entry at the head says what each backend
/// message is about: which statement a row belongs to, which prepared statement a ParseComplete confirms, and where a
/// refusal of ours takes the place of the server's error. A message that no entry explains ends the session: from there
/// on the gateway would not know what it is looking at.
struct ReplyLedger {
    enum Entry {
        case parse(name: Name, candidate: UInt64)
        case bind(portal: Name, candidate: UInt64)
        /// `hidden`: asked by the gateway itself, to learn the columns of a result that it masks.
        case describe(hidden: DescribedPortal?)
        case close(TargetMessage.Target, Name, upTo: UInt64)
        case execute(StatementRun)
        case query(StatementRun, horizons: Horizons)
        /// `hidden`: the gateway's own, behind a probe.
        case sync(hidden: Bool, horizons: Horizons)
        /// CopyDone or CopyFail went upstream: what follows is read outside of COPY again. Never answered.
        case copyEnd
        /// A message made to fail in the place of one that was refused: the server's error becomes `report`, or goes unsaid
        /// where the client has been told already.
        indirect case refusal(Report?, simple: Bool)
        /// BEGIN and COMMIT or ROLLBACK of the gateway's own, around a statement whose effect is limited.
        case wrap(WrapPart)
        /// A statement of the gateway's own; its answer is not for the client.
        case own(OwnStatement.Part, for: OwnStatement.Purpose)
    }

    /// A name in an entry. Most are the unnamed portal's; others are kept elsewhere, so that entries are a few words.
    enum Name {
        case unnamed
        indirect case named(WireName)

        init(_ name: WireName) { self = name.isUnnamed ? .unnamed : .named(name) }

        var onTheWire: WireName {
            switch self {
            case .unnamed: .unnamed
            case .named(let name): name
            }
        }
    }

    enum WrapPart {
        case begin
        /// The statement's own completion is told to the client once its COMMIT has come through.
        case end(StatementRun)
    }

    /// Which names had been sent when the entry was: the end of a transaction closes these portals and no later ones.
    struct Horizons: Equatable {
        var portals: UInt64 = 0
        var statements: UInt64 = 0
    }

    /// What a backend message means.
    enum Meaning {
        /// Belongs to no entry: it may come at any time.
        case asynchronous
        /// Part of the answer that the head is still waiting for the end of.
        case part(of: Entry)
        /// The end of the head's answer; the head is gone.
        case completes(Entry)
        /// The error of the head, and of what the server skips because of it, up to the next Sync.
        indirect case fails(Entry, skipping: [Entry])
        /// An error outside of any statement (at commit in Sync, or of the connection).
        case failsOutside
        /// Not what the protocol allows here.
        case unexpected
    }

    /// From `head` up to `tail`; the places outside hold nothing, and are used again.
    private var entries: [Entry?] = []
    private var head = 0
    private var tail = 0
    /// Syncs that the server swallows or answers, depending on how a COPY FROM STDIN ends that raced with them.
    private var uncertainSyncs = 0

    /// Places that an idle ledger keeps.
    private static let keptPlaces = 64

    var isEmpty: Bool { head == tail }
    var count: Int { tail - head }

    mutating func expect(_ entry: Entry) {
        if case .copyEnd = entry, isEmpty { return }
        if tail < entries.count {
            entries[tail] = entry
        } else {
            entries.append(entry)
        }
        tail += 1
    }

    /// A Sync that went upstream while COPY FROM STDIN was receiving: ignored there, unless the COPY has just failed.
    mutating func expectUncertainSync() {
        uncertainSyncs += 1
    }

    var first: Entry? { isEmpty ? nil : entries[head] }

    /// The statement whose answer comes now.
    var currentRun: StatementRun? {
        guard head < tail else { return nil }
        switch entries[head] {
        case .execute(let run): return run
        case .query(let run, _): return run
        default: return nil
        }
    }

    /// The first statement whose answer is still to come.
    var nextRun: StatementRun? {
        for entry in pending {
            switch entry {
            case .execute(let run), .query(let run, _): return run
            default: continue
            }
        }
        return nil
    }

    var currentForm: StatementRun.RunForm {
        if head < tail, case .query = entries[head] { .query } else { .execute }
    }

    /// All that is still to be answered, in order.
    var pending: some Sequence<Entry> { entries[head..<tail].lazy.compactMap(\.self) }

    private mutating func popFirst() -> Entry? {
        guard head < tail else { return nil }
        var entry: Entry?
        swap(&entry, &entries[head])
        head += 1
        while head < tail, case .copyEnd = entries[head] { head += 1 }
        if head == tail {
            if entries.count > Self.keptPlaces { entries = [] }
            (head, tail) = (0, 0)
        } else if head >= Self.keptPlaces, head * 2 > tail {
            entries.removeFirst(head)
            (head, tail) = (0, tail - head)
        }
        return entry
    }

    mutating func received(_ type: BackendType) -> Meaning {
        switch type {
        case .noticeResponse, .parameterStatus, .notificationResponse:
            return .asynchronous
        case .parseComplete, .bindComplete, .closeComplete, .noData, .portalSuspended, .rowDescription,
            .parameterDescription, .commandComplete, .emptyQueryResponse, .dataRow, .copyOutResponse,
            .copyData,
            .copyDone, .copyInResponse:
            return answered(type)
        case .errorResponse:
            return failed()
        case .readyForQuery:
            return ready()
        case .authentication, .backendKeyData, .functionCallResponse, .copyBothResponse,
            .negotiateProtocolVersion:
            return .unexpected
        }
    }

    private mutating func answered(_ type: BackendType) -> Meaning {
        guard let first else { return .unexpected }
        switch (first, type) {
        case (.parse, .parseComplete), (.bind, .bindComplete), (.close, .closeComplete),
            (.own(.parse, _), .parseComplete), (.own(.bind, _), .bindComplete),
            (.own(.execute, _), .commandComplete),
            (.own(.clearPortal, _), .closeComplete), (.own(.clearStatement, _), .closeComplete),
            (.own(.closePortal, _), .closeComplete),
            (.own(.closeStatement, _), .closeComplete),
            (.describe, .rowDescription), (.describe, .noData),
            (.execute, .commandComplete), (.execute, .emptyQueryResponse), (.execute, .portalSuspended):
            return popFirst().map(Meaning.completes) ?? .unexpected
        case (.describe, .parameterDescription),
            (.own(.execute, _), .dataRow),
            (.execute, .dataRow), (.execute, .copyOutResponse), (.execute, .copyData), (.execute, .copyDone),
            (.execute, .rowDescription),
            (.query, .rowDescription), (.query, .dataRow), (.query, .commandComplete),
            (.query, .emptyQueryResponse),
            (.query, .copyOutResponse), (.query, .copyData), (.query, .copyDone),
            (.wrap, .commandComplete):
            return .part(of: first)
        case (.execute, .copyInResponse), (.query, .copyInResponse):
            return startsCopyIn() ? .part(of: first) : .unexpected
        default:
            return .unexpected
        }
    }

    /// In copy-in mode the server reads on through what follows, up to the end of the data: Syncs are ignored, anything
    /// else is a client's error that we do not forward into.
    private mutating func startsCopyIn() -> Bool {
        while count > 1 {
            switch entries[head + 1] {
            case .copyEnd: return true
            case .sync:
                entries.remove(at: head + 1)
                tail -= 1
                uncertainSyncs += 1
            default: return false
            }
        }
        return true
    }

    private mutating func failed() -> Meaning {
        guard let first else { return .failsOutside }
        switch first {
        case .query, .wrap: return .part(of: first)
        case .refusal(_, simple: true): return .part(of: first)
        case .sync: return .failsOutside
        case .parse, .bind, .describe, .close, .execute, .refusal, .own, .copyEnd: break
        }
        guard let failed = popFirst() else { return .unexpected }
        var skipped: [Entry] = []
        while let next = self.first {
            if case .sync = next { break }
            if let entry = popFirst() { skipped.append(entry) }
        }
        return .fails(failed, skipping: skipped)
    }

    private mutating func ready() -> Meaning {
        guard let first else { return uncertainReady() }
        switch first {
        case .sync, .query, .wrap, .refusal(_, simple: true):
            if case .sync = first {} else { uncertainSyncs = 0 }
            return popFirst().map(Meaning.completes) ?? .unexpected
        case .parse, .bind, .describe, .close, .execute, .refusal, .own, .copyEnd:
            return uncertainReady()
        }
    }

    private mutating func uncertainReady() -> Meaning {
        guard uncertainSyncs > 0 else { return .unexpected }
        uncertainSyncs -= 1
        return .completes(.sync(hidden: false, horizons: Horizons()))
    }

    /// The COPY FROM STDIN ended as it should: the Syncs that raced with it were swallowed.
    mutating func copyInCompleted() {
        uncertainSyncs = 0
    }
}
