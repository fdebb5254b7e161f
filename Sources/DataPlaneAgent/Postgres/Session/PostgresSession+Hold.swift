internal import APIModels
internal import Logging
internal import Policy
internal import PostgresWire
internal import Reactor
internal import Recording

/// A hold: the client's pump waits here for people, while the server's goes on.
extension PostgresSession {
    /// Asks for the approvals of `held` and waits for them, as its rules say.
    func outcome(of held: HeldStatement) async throws(SessionEnd) -> Resumption {
        let began = monotonicNanoseconds()
        let active = ActiveHold()
        hold = active
        defer { hold = nil }
        let decided: HoldState
        do throws(HoldError) {
            let state = try await holds.request(request(for: held))
            if held.terms.isTicket, state.status != .approved { return .refused(.ticket(state), held.plan) }
            decided = state.status == .pending ? try await wait(state, active) : state
        } catch {
            if case .sessionEnded? = active.ending, let end { throw end }
            return .refused(.holdFailed(error), held.plan)
        }
        if let ending = active.ending { return try await abandoned(decided, held, ending) }
        guard decided.status == .approved else { return .refused(.notApproved(decided), held.plan) }
        return .permitted(Permit(decided, held.terms, heldNanoseconds: monotonicNanoseconds() &- began))
    }

    /// Waits until the hold is decided on or ends otherwise; tells the client now and then that it is waiting.
    private func wait(_ pending: HoldState, _ active: ActiveHold) async throws(HoldError) -> HoldState {
        let ticker = Task(executorPreference: reactor) { await self.tick(pending) }
        defer { ticker.cancel() }
        let holds = holds
        let result: Result<HoldState, HoldError> = await withUnsafeContinuation { continuation in
            active.wait(continuation, pending)
            Task(executorPreference: reactor) {
                let result = await Self.decided(holds, pending)
                await self.resolve(active, result)
            }
        }
        return try result.get()
    }

    private func resolve(_ active: ActiveHold, _ result: Result<HoldState, HoldError>) {
        active.resolve(result)
    }

    /// Every approval must be given; the first that is not decides. The last one's redemption is the right to run.
    private static func decided(
        _ holds: HoldClient, _ pending: HoldState
    ) async -> Result<HoldState, HoldError> {
        do throws(HoldError) {
            var last = pending
            for approval in pending.approvalIds {
                var state = try await holds.wait(for: approval)
                while state.status == .pending { state = try await holds.wait(for: approval) }
                guard state.status == .approved else { return .success(state) }
                last = try await holds.redeem(approval)
            }
            return .success(last)
        } catch {
            return .failure(error)
        }
    }

    /// Once a second: is the client still there? Every 15 s: tell it that the statement still waits.
    private func tick(_ pending: HoldState) async {
        var elapsed = Duration.zero
        do {
            try await notify(.held(pending))
            while let hold, hold.ending == nil {
                try await reactor.sleep(for: .seconds(1))
                elapsed += .seconds(1)
                if client.isPeerClosed { hold.cancel(.clientGone) }
                if elapsed >= limits.holdNoticeInterval {
                    elapsed = .zero
                    try await notify(.held(pending))
                }
            }
        } catch {
            // Cancelled: the hold is over. A client that is gone is noticed by the pump.
        }
    }

    private func abandoned(
        _ state: HoldState, _ held: HeldStatement, _ ending: ActiveHold.Ending
    ) async throws(SessionEnd) -> Resumption {
        for approval in state.approvalIds { await holds.cancel(approval) }
        switch ending {
        case .cancelled: return .refused(.holdCancelled, held.plan)
        case .clientGone: throw .clientClosed
        case .sessionEnded: throw end ?? .clientClosed
        }
    }

    /// A cancel request of the client: it ends the hold, or goes to the resource.
    func cancel() {
        if let hold {
            hold.cancel(.cancelled)
            return
        }
        guard let upstreamKey, end == nil else { return }
        let target = target
        let reactor = reactor
        reactor.spawn { await UpstreamConnector.cancel(upstreamKey, at: target, on: reactor) }
    }

    private func request(for held: HeldStatement) -> HoldRequest {
        let plan = held.plan
        return HoldRequest(
            sessionID: id, statementSequence: Int64(clamping: recorder.nextNumber),
            principal: PrincipalReference(desk.principal), resource: desk.view.resource.name,
            statement: String(decoding: plan.text, as: UTF8.self),
            parameters: held.parameters.texts(types: plan.parameterTypes),
            actions: plan.facts.actions,
            conditions: plan.facts.conditions.sorted { $0.rawValue < $1.rawValue },
            tables: plan.facts.tables.map(\.name), columns: plan.facts.columns.map(\.name).uniqued,
            bindingDigest: held.terms.binding.hexadecimal, policyRevision: desk.view.policies.revision,
            approvals: held.terms.approvals)
    }
}

extension Permit {
    init(_ state: HoldState, _ terms: HoldTerms, heldNanoseconds: UInt64) {
        let recorded = RecordedApproval(
            approvalIDs: state.approvalIds.map(\.description), reviewers: state.decidedBy.map(\.name),
            receipt: state.receipt?.description, heldMicroseconds: heldNanoseconds / 1000)
        self = .approved(recorded, binding: terms.binding)
    }
}

extension CapturedParameters {
    /// For a reviewer: text as it is, binary integers and texts as such, other binary values in hexadecimal.
    func texts(types: [UInt32]) -> [String?] {
        withViews(masked: false, types: types) { views in
            views.map { view in view.value.map { Self.text(Array($0), view) } }
        }
    }

    private static func text(_ value: [UInt8], _ view: ParameterView) -> String {
        guard view.isBinary else { return String(decoding: value, as: UTF8.self) }
        let bits = value.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // pg_type: int2, int4, int8, then text, varchar, bpchar and name.
        switch (view.typeOID, value.count) {
        case (21, 2): return "\(Int16(truncatingIfNeeded: bits))"
        case (23, 4): return "\(Int32(truncatingIfNeeded: bits))"
        case (20, 8): return "\(Int64(truncatingIfNeeded: bits))"
        case (25, _), (1043, _), (1042, _), (19, _): return String(decoding: value, as: UTF8.self)
        default: return "\\x" + value.hexadecimal
        }
    }
}

extension [UInt8] {
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension [String] {
    /// Each once, in order of first appearance.
    var uniqued: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
