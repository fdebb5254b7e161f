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

    /// Of the unnamed statement or portal, which most drivers use for each statement anew: kept apart, without hashing.
    private var unnamed: [Candidate] = []
    /// Of all other names; no list in it is empty.
    private var named: [WireName: [Candidate]] = [:]
    private var lastSerial: UInt64 = 0
    private var epoch: UInt64 = 0
    let capacity: Int
    /// Unanswered candidates of one name; a longer pipeline waits for answers in between.
    static var candidatesPerName: Int { 256 }

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { named.count + (unnamed.isEmpty ? 0 : 1) }

    /// All that the name may mean to a message that is sent now. Behind a candidate of the same pipeline there is no doubt:
    /// had it failed, the server would skip the message as well.
    subscript(name: WireName) -> [Candidate] {
        let known = candidates(of: name)
        guard let last = known.last else { return [] }
        return last.epoch == epoch ? [last] : known
    }

    /// What the name means, when that is one thing for certain; the ordinary case of the subscript, and cheaper.
    func only(_ name: WireName) -> Value? {
        name.isUnnamed ? only(of: unnamed) : named[name].flatMap(only)
    }

    /// Whether the answers that are still to come decide what the name means.
    func isUndecided(_ name: WireName) -> Bool { self[name].count > 1 }

    private func only(of known: [Candidate]) -> Value? {
        guard let last = known.last, known.count == 1 || last.epoch == epoch else { return nil }
        return last.value
    }

    private func candidates(of name: WireName) -> [Candidate] {
        name.isUnnamed ? unnamed : named[name] ?? []
    }

    /// A Sync goes upstream: what failed before it no longer makes the server skip what follows.
    mutating func beginEpoch() { epoch += 1 }

    /// All serials so far are at most this.
    var horizon: UInt64 { lastSerial }

    /// A new candidate that is about to be sent; nil when there is no room.
    mutating func add(_ value: Value, as name: WireName) -> UInt64? {
        let known = candidates(of: name).count
        guard known < Self.candidatesPerName, known > 0 || count < capacity else { return nil }
        lastSerial += 1
        let candidate = Candidate(serial: lastSerial, value: value, epoch: epoch)
        if name.isUnnamed {
            unnamed.append(candidate)
        } else {
            named[name, default: []].append(candidate)
        }
        return lastSerial
    }

    /// What the name means, said anew; nothing when that is not one thing for certain.
    mutating func renew(_ name: WireName, as value: Value) {
        guard only(name) != nil, let last = candidates(of: name).last else { return }
        let candidate = Candidate(serial: last.serial, value: value, epoch: last.epoch)
        if name.isUnnamed {
            unnamed[unnamed.count - 1] = candidate
        } else if let count = named[name]?.count {
            named[name]?[count - 1] = candidate
        }
    }

    /// The server has said that the name now means `serial`: what was sent before is gone.
    mutating func confirm(_ name: WireName, _ serial: UInt64) {
        guard candidates(of: name).count > 1 else { return }
        remove(from: name) { $0.serial < serial }
    }

    /// The server has refused or skipped the message that carried `serial`.
    mutating func disprove(_ name: WireName, _ serial: UInt64) {
        remove(from: name) { $0.serial == serial }
    }

    /// The server has said that the name was closed, as of `horizon`.
    mutating func close(_ name: WireName, upTo horizon: UInt64) {
        remove(from: name) { $0.serial <= horizon }
    }

    private mutating func remove(from name: WireName, where isGone: (Candidate) -> Bool) {
        if name.isUnnamed {
            unnamed.removeAll(where: isGone)
        } else if var list = named[name] {
            list.removeAll(where: isGone)
            named[name] = list.isEmpty ? nil : list
        }
    }

    /// The server has dropped all names, as of `horizon` (the end of a transaction for portals, DEALLOCATE ALL), but those
    /// that `survives` knows.
    mutating func closeAll(upTo horizon: UInt64, except survives: (Value) -> Bool = { _ in false }) {
        if unnamed.count == 1, unnamed[0].serial <= horizon, !survives(unnamed[0].value) {
            unnamed.removeLast()
        } else if !unnamed.isEmpty {
            unnamed.removeAll { $0.serial <= horizon && !survives($0.value) }
        }
        guard !named.isEmpty else { return }
        for (name, list) in named {
            let rest = list.filter { $0.serial > horizon || survives($0.value) }
            named[name] = rest.isEmpty ? nil : rest
        }
    }
}
