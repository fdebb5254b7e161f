internal import APIModels
internal import Logging
internal import Policy
internal import PostgresWire
internal import Reactor
internal import Recording
internal import SQLInspection

/// The four messages that carry or start a statement. Each is decided on before it goes upstream.
extension PostgresSession {
    // MARK: Query

    func handleQuery(
        _ frame: Frame<FrontendType>, _ body: Span<UInt8>, _ input: UnsafeRawBufferPointer
    ) throws(WireViolation) -> ClientStep? {
        let message = try QueryMessage(decoding: body)
        if case .settled(let authorized) = resumption {
            forwardQuery(frame, authorized, input)
            return nil
        }
        let text = UnsafeRawBufferPointer(rebasing: input[message.text.shifted(by: frame.bodyStart)])
        let plan: StatementPlan
        switch resolve(text, parameterTypes: []) {
        case .plan(let resolved): plan = resolved
        case .wait(let step): return step
        case .refused(let report, let plan):
            refuse(plan, text: text, report, form: .simpleQuery, input)
            return nil
        }
        // In whose transaction its effect is held back has to be known.
        if plan.isGuarded, !ledger.isEmpty { return .awaitAnswers }
        switch desk.verdict(on: plan, parameters: .none, permit: takePermit()) {
        case .deny(let report):
            refuse(plan, text: text, report, form: .simpleQuery, input)
        case .hold(let terms):
            return .hold(HeldStatement(plan: plan, parameters: .none, terms: terms, form: .simpleQuery))
        case .allow(let permit):
            switch begin(plan, text: text, parameters: .none, permit, form: .simpleQuery) {
            case .authorized(let authorized): forwardQuery(frame, authorized, input)
            case .settle(let position, let authorized): return .settle(position, authorized)
            case .refused(let report): refuse(report, simple: true, input)
            }
        }
        return nil
    }

    private func forwardQuery(
        _ frame: Frame<FrontendType>, _ authorized: AuthorizedStatement, _ input: UnsafeRawBufferPointer
    ) {
        let run = authorized.run
        run.isFirst = true
        chooseTransactionMode(for: run.plan, input)
        discardPlans(input)
        if run.plan.isGuarded {
            guarded = run
            run.guarding = transaction == .idle ? .wrapped : .inTransaction
            if case .wrapped = run.guarding {
                ledger.expect(.wrap(.begin))
                toUpstream.insertBegin(of: input)
            }
        }
        ledger.expect(.query(run, horizons: horizons))
        isPipelineOpen = false
        pipelineHasRun = false
        pipelineControlsTransaction = false
        beginEpoch()
        toUpstream.forward(frame.whole, of: input, as: authorized)
        noteDeparture(of: run)
    }

    // MARK: Parse

    func handleParse(
        _ frame: Frame<FrontendType>, _ body: Span<UInt8>, _ input: UnsafeRawBufferPointer
    ) throws(WireViolation) -> ClientStep? {
        let message = try ParseMessage(decoding: body)
        let name = WireName(message.name, in: body)
        let text = UnsafeRawBufferPointer(rebasing: input[message.text.shifted(by: frame.bodyStart)])
        guard !UpstreamOutbox.isReserved(name) else {
            refuse(.reservedName, simple: false, input)
            return nil
        }
        let plan: StatementPlan
        switch resolve(text, parameterTypes: message.parameterTypes.array(in: body)) {
        case .plan(let resolved): plan = resolved
        case .wait(let step): return step
        case .refused(let report, let plan):
            refuse(plan, text: text, report, form: .prepare, input)
            return nil
        }
        // Planning can already run functions, so what is denied is not even prepared. A hold waits for its parameters.
        if case .deny(let report) = desk.verdict(on: plan, parameters: .none, permit: nil) {
            refuse(plan, text: text, report, form: .prepare, input)
            return nil
        }
        guard let serial = statements.add(plan, as: name) else {
            if !ledger.isEmpty { return .awaitAnswers }
            refuse(.tooManyNames("prepared statements"), simple: false, input)
            return nil
        }
        resumption = nil
        chooseTransactionMode(before: frame, statement: name, plan: plan, input)
        if plannedUnder == nil { plannedUnder = desk.epoch }
        isPipelineOpen = true
        ledger.expect(.parse(name: ReplyLedger.Name(name), candidate: serial))
        toUpstream.forward(frame.whole, of: input, as: desk.authorizePreparation(of: plan))
        return nil
    }

    // MARK: Bind

    func handleBind(
        _ frame: Frame<FrontendType>, _ body: Span<UInt8>, _ input: UnsafeRawBufferPointer
    ) throws(WireViolation) -> ClientStep? {
        let message = try BindMessage(decoding: body)
        let portal = WireName(message.portal, in: body)
        let name = WireName(message.statement, in: body)
        guard !UpstreamOutbox.isReserved(portal) else {
            refuse(.reservedName, simple: false, input)
            return nil
        }
        if refuseIfDecided(input) { return nil }
        if desk.isUncertain { return .probe }
        if statements.isUndecided(name), !ledger.isEmpty { return .awaitAnswers }
        guard let prepared = statements.only(name) ?? desk.plan(for: statements[name].map(\.value)) else {
            refuse(.unknownStatement(name), simple: false, input)
            return nil
        }
        let plan: StatementPlan
        switch current(prepared) {
        case .plan(let now):
            plan = now
            if now !== prepared { renewStatement(name, now) }
        case .wait(let step): return step
        case .refused(let report, let plan):
            refuse(plan, text: nil, report, form: .execute, input)
            return nil
        }
        let parameters = CapturedParameters(message, in: body)
        if parameters.isTruncated, plan.writeGuard.matchesParameter(of: message, in: body) {
            refuse(plan, text: nil, plan.writeGuard.valueRefusal, form: .execute, input)
            return nil
        }
        let permit: Permit
        switch desk.verdict(on: plan, parameters: parameters, permit: takePermit()) {
        case .deny(let report):
            refuse(plan, text: nil, report, form: .execute, input)
            return nil
        case .hold(let terms):
            return .hold(HeldStatement(plan: plan, parameters: parameters, terms: terms, form: .execute))
        case .allow(let given):
            permit = given
        }
        guard
            let serial = portals.add(
                BoundPortal(plan: plan, parameters: parameters, permit: permit, judgedAt: judgedAt),
                as: portal)
        else {
            if !ledger.isEmpty {
                if case .approved = permit { resumption = .permitted(permit) } else { resumption = nil }
                return .awaitAnswers
            }
            refuse(.tooManyNames("portals"), simple: false, input)
            return nil
        }
        resumption = nil
        chooseTransactionMode(before: frame, statement: name, plan: plan, input)
        discardPlans(input)
        isPipelineOpen = true
        ledger.expect(.bind(portal: ReplyLedger.Name(portal), candidate: serial))
        toUpstream.forward(frame.whole, of: input, as: desk.authorizePreparation(of: plan))
        return nil
    }

    // MARK: Execute

    func handleExecute(
        _ frame: Frame<FrontendType>, _ body: Span<UInt8>, _ input: UnsafeRawBufferPointer
    ) throws(WireViolation) -> ClientStep? {
        let message = try ExecuteMessage(decoding: body)
        let name = WireName(message.portal, in: body)
        if case .settled(let authorized) = resumption {
            forwardExecute(frame, authorized, name, input)
            return nil
        }
        if refuseIfDecided(input) { return nil }
        if desk.isUncertain { return .probe }
        if portals.isUndecided(name), !ledger.isEmpty { return .awaitAnswers }
        guard let portal = boundPortal(name) else {
            refuse(.unknownPortal(name), simple: false, input)
            return nil
        }
        let plan: StatementPlan
        switch current(portal.plan, kept: .portal) {
        case .plan(let now): plan = portal.isStarted ? desk.asResumed(portal, as: now) : now
        case .wait(let step): return step
        case .refused(let report, let plan):
            refuse(plan, text: nil, report, form: .execute, input)
            return nil
        }
        switch desk.verdict(on: plan, parameters: portal.parameters, permit: takePermit() ?? portal.permit) {
        case .deny(let report):
            refuse(plan, text: nil, report, form: .execute, input)
        case .hold(let terms):
            return .hold(
                HeldStatement(plan: plan, parameters: portal.parameters, terms: terms, form: .execute))
        case .allow(let permit):
            switch begin(
                plan, text: nil, parameters: portal.parameters, permit, form: .execute, portal: portal)
            {
            case .authorized(let authorized):
                portal.isStarted = true
                forwardExecute(frame, authorized, name, input)
            case .settle(let position, let authorized): return .settle(position, authorized)
            case .refused(let report): refuse(report, simple: false, input)
            }
        }
        return nil
    }

    /// What the portal's name means; several candidates are taken together.
    private func boundPortal(_ name: WireName) -> BoundPortal? {
        if let portal = portals.only(name) { return portal }
        let candidates = portals[name].map(\.value)
        guard let plan = desk.plan(for: candidates.map(\.plan)) else { return nil }
        return BoundPortal(plan: plan, parameters: .none, permit: .none, judgedAt: candidates[0].judgedAt)
    }

    private func forwardExecute(
        _ frame: Frame<FrontendType>, _ authorized: AuthorizedStatement, _ portal: WireName,
        _ input: UnsafeRawBufferPointer
    ) {
        let run = authorized.run
        run.isFirst = !pipelineHasRun
        pipelineHasRun = true
        chooseTransactionMode(before: frame, input)
        discardPlans(input)
        isPipelineOpen = true
        if run.plan.mayMaskResult {
            let described = DescribedPortal()
            run.described = described
            ledger.expect(.describe(hidden: described))
            toUpstream.insertDescribe(portal: portal.bytes, of: input)
        }
        if run.plan.isGuarded {
            guarded = run
            run.guarding = .inTransaction
        }
        ledger.expect(.execute(run))
        if run.plan.controlsTransaction { pipelineControlsTransaction = true }
        toUpstream.forward(frame.whole, of: input, as: authorized)
        noteDeparture(of: run)
    }

    // MARK: Shared

    /// Records a refusal, and puts the message that fails in the statement's place.
    private func refuse(
        _ plan: StatementPlan?, text: UnsafeRawBufferPointer?, _ report: Report, form: StatementForm,
        _ input: UnsafeRawBufferPointer
    ) {
        recorder.refused(plan, text: text, report, form: form)
        refuse(report, simple: form == .simpleQuery, input)
    }

    /// Refuses the message of an extended query whose hold has ended without an approval.
    private func refuseIfDecided(_ input: UnsafeRawBufferPointer) -> Bool {
        guard case .refused(let report, let plan) = resumption else { return false }
        refuse(plan, text: nil, report, form: .execute, input)
        return true
    }

    /// From when on it is known what the message at hand was judged by.
    private var judgedAt: CatalogChanges.Moment { freshInspections.first?.since ?? desk.catalogs.moment }

    private func takePermit() -> Permit? {
        guard case .permitted(let permit) = resumption else { return nil }
        resumption = nil
        return permit
    }

    private enum Beginning {
        case authorized(AuthorizedStatement)
        indirect case settle(SpoolPosition, AuthorizedStatement)
        indirect case refused(Report)
    }

    /// Writes the record of the start. Nothing is forwarded that is not recorded.
    private func begin(
        _ plan: StatementPlan, text: UnsafeRawBufferPointer?, parameters: CapturedParameters,
        _ permit: Permit,
        form: StatementForm, portal: BoundPortal? = nil
    ) -> Beginning {
        let judgedAt = portal.flatMap { $0.isPlanned ? nil : $0.judgedAt } ?? judgedAt
        guard let namings = reserveNames(of: plan, judgedAt: judgedAt) else {
            return .refused(.tooManyNames("prepared statements and cursors"))
        }
        do throws(SpoolError) {
            let run = recorder.nextRun(plan, judgedAt: judgedAt)
            run.namings = namings
            let position = try recorder.started(
                run, text: text, parameters: parameters, permit: permit, form: form)
            let authorized = desk.authorize(run, permit)
            return plan.needsDisk ? .settle(position, authorized) : .authorized(authorized)
        } catch {
            logger.error("a statement was refused: it could not be recorded", metadata: ["error": "\(error)"])
            for naming in namings { disprove(naming) }
            return .refused(error.report())
        }
    }

    /// Names that the statement itself gives (PREPARE, DECLARE) become candidates before it goes upstream; nil when there
    /// is no room for them.
    private func reserveNames(of plan: StatementPlan, judgedAt: CatalogChanges.Moment)
        -> [StatementRun.Naming]?
    {
        var reserved: [StatementRun.Naming] = []
        for naming in plan.namings {
            let serial: UInt64?
            switch naming {
            case .statement(let name, let plan):
                serial = statements.add(plan, as: name)
                if let serial {
                    reserved.append(StatementRun.Naming(book: .statements, name: name, serial: serial))
                }
            case .cursor(let name, let plan, let isHoldable):
                let cursor = BoundPortal(
                    plan: plan, parameters: .none, permit: .none, judgedAt: judgedAt, isHoldable: isHoldable)
                serial = portals.add(cursor, as: name)
                if let serial {
                    reserved.append(StatementRun.Naming(book: .portals, name: name, serial: serial))
                }
            }
            if serial == nil {
                for naming in reserved { disprove(naming) }
                return nil
            }
        }
        return reserved
    }

    func disprove(_ naming: StatementRun.Naming) {
        switch naming.book {
        case .statements: statements.disprove(naming.name, naming.serial)
        case .portals: portals.disprove(naming.name, naming.serial)
        }
    }

    /// What follows from a statement's going upstream.
    private func noteDeparture(of run: StatementRun) {
        resumption = nil
        run.horizons = horizons
        desk.catalogs.noteDeparture(
            of: run.plan, isInBlock: transaction == .inTransaction && !transactionIsControlled)
        if run.plan.controlsTransaction { transactionIsControlled = true }
        if run.plan.changesSessionState {
            desk.markUncertain()
        } else if run.plan.controlsTransaction {
            desk.noteTransactionControl()
        }
        refusesCopyIn = false
        awaitsCopyIn = run.plan.searchesCopyIn || (run.plan.isGuarded && run.plan.copiesIn)
        startTimeout(of: run)
    }

    /// Stops the statement once the policy's time is over.
    private func startTimeout(of run: StatementRun) {
        guard let timeout = run.plan.decision.limits.statementTimeout else { return }
        let number = run.number
        let reactor = reactor
        run.timeout = reactor.schedule(after: timeout.duration) { [weak self] in
            guard let session = self else { return }
            reactor.spawn { await session.timeOut(statement: number, timeout.duration) }
        }
    }

    /// The time of a statement is over; one that has not begun yet, behind others, gets its time again.
    private func timeOut(statement number: UInt64, _ time: Duration) {
        guard let run = ledger.currentRun, run.number == number, !run.isFinished else {
            if let waiting = ledger.run(number) { startTimeout(of: waiting) }
            return
        }
        run.limitExceeded = .timedOut(run.plan.decision.limits)
        cancelUpstream()
    }
}
