internal import PostgresWire

/// What a name (of a prepared statement or a portal) may mean on the server, as far as the answers that have come tell.
///
/// Between a Parse and its ParseComplete the name may still mean what it meant before; after a failure it may mean nothing.
/// The book therefore keeps *candidates*: each one that was sent and not disproven. A decision about the name takes all of
/// them together, so that no order of pipelining, errors and re-use can make the server run what was not decided on.
/// In the ordinary case there is exactly one.
struct CandidateBook<Value> {
    struct Candidate {
        /// The order in which candidates were sent, over all names.
        let serial: UInt64
        let value: Value
        /// Between which Syncs it was sent.
        let epoch: UInt64
    }

    private var candidates: [WireName: [Candidate]] = [:]
    private var lastSerial: UInt64 = 0
    private var epoch: UInt64 = 0
    let capacity: Int
    /// Unanswered candidates of one name; a longer pipeline waits for answers in between.
    static var candidatesPerName: Int { 256 }

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { candidates.count }

    /// All that the name may mean to a message that is sent now. Behind a candidate of the same pipeline there is no doubt:
    /// had it failed, the server would skip the message as well.
    subscript(name: WireName) -> [Candidate] {
        guard let known = candidates[name], let last = known.last else { return [] }
        return last.epoch == epoch ? [last] : known
    }

    /// A Sync goes upstream: what failed before it no longer makes the server skip what follows.
    mutating func beginEpoch() { epoch += 1 }

    /// All serials so far are at most this.
    var horizon: UInt64 { lastSerial }

    /// A new candidate that is about to be sent; nil when there is no room.
    mutating func add(_ value: Value, as name: WireName) -> UInt64? {
        if let known = candidates[name] {
            guard known.count < Self.candidatesPerName else { return nil }
        } else {
            guard candidates.count < capacity else { return nil }
        }
        lastSerial += 1
        candidates[name, default: []].append(Candidate(serial: lastSerial, value: value, epoch: epoch))
        return lastSerial
    }

    /// The server has said that the name now means `serial`: what was sent before is gone.
    mutating func confirm(_ name: WireName, _ serial: UInt64) {
        guard var list = candidates[name], list.count > 1 else { return }
        list.removeAll { $0.serial < serial }
        candidates[name] = list
    }

    /// The server has refused or skipped the message that carried `serial`.
    mutating func disprove(_ name: WireName, _ serial: UInt64) {
        guard var list = candidates[name] else { return }
        list.removeAll { $0.serial == serial }
        candidates[name] = list.isEmpty ? nil : list
    }

    /// The server has said that the name was closed, as of `horizon`.
    mutating func close(_ name: WireName, upTo horizon: UInt64) {
        guard var list = candidates[name] else { return }
        list.removeAll { $0.serial <= horizon }
        candidates[name] = list.isEmpty ? nil : list
    }

    /// The server has dropped all names, as of `horizon` (the end of a transaction for portals, DEALLOCATE ALL).
    mutating func closeAll(upTo horizon: UInt64) {
        guard !candidates.isEmpty else { return }
        for (name, list) in candidates {
            let rest = list.filter { $0.serial > horizon }
            candidates[name] = rest.isEmpty ? nil : rest
        }
    }
}
