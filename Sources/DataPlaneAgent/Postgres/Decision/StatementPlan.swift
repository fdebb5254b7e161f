internal import APIModels
internal import Policy
internal import PostgresWire
internal import Recording
internal import SQLInspection

/// A statement as this session may run it now: what the inspection found, what policy says, and what follows from both.
/// Immutable; made anew when the configuration, the catalog or the session's names change.
final class StatementPlan {
    let text: [UInt8]
    let parameterTypes: [UInt32]
    let inspection: Inspection
    let facts: PolicyFacts
    let decision: Decision
    /// What masking refuses to have written.
    let writeGuard: WriteGuard
    /// Why the text may not run as it is, whatever the rules say of it.
    private(set) lazy var obstacle = findObstacle()
    private(set) lazy var isObstructed = obstacle != nil
    /// Under which this was planned.
    let epoch: PlanEpoch
    /// What it was merged from: all that a name may mean, or a text and then what it runs besides (EXECUTE, FETCH). The plan
    /// decides on all of it together.
    let parts: [StatementPlan]
    /// Of what the text prepares or declares, rather than the text itself: the name that it gets.
    let innerName: String?
    /// Prepared under names that have changed since: what it means by now is not known.
    let isOutdated: Bool
    /// What the inspection says of output columns holds for what runs.
    let outputsAreKnown: Bool

    /// The facts as they go into each record.
    let encodedFacts: EncodedFacts
    let refusedFacts: EncodedFacts

    // What the session machine has to know.
    let executedNames: [WireName]
    let fetchedNames: [WireName]
    let namings: [Naming]
    let releases: [Release]
    let changesSessionState: Bool
    let changesCatalog: Bool
    /// The records of all but reads are on disk before the statement, and before the end of its result.
    let needsDisk: Bool
    /// It shows definitions, plans or settings, whose literals may be values of any column.
    let showsHidden: Bool
    /// A masked column is among those it touches, or it cannot be told.
    let touchesMasked: Bool
    /// Messages beside its rows may carry values of masked columns: it touches some, changes rows that have some, or sets off
    /// what looks at some.
    let hidesTexts: Bool
    /// Rows may have to be rewritten, so their columns must be known before the first of them.
    let mayMaskResult: Bool
    /// Policy masks something here: descriptions that come are looked at, whatever the inspection found.
    let masksColumnsOrValues: Bool
    let responseCap: Int
    /// Policy limits how many rows it may affect, and it affects some.
    let limitsEffect: Bool
    /// Its effect is held back until it has run: policy limits it, or it puts values of columns somewhere, and what its names
    /// mean is known only then.
    let isGuarded: Bool
    /// What its names mean decides what policy says of it.
    let reliesOnNames: Bool
    /// Under which its names were looked up.
    let settings: InspectionSettings
    /// It begins or ends a transaction, among other things.
    let controlsTransaction: Bool
    /// It asks for notifications.
    let listens: Bool
    /// A setting that it changes and that the gateway relies on.
    let unpinnedSetting: String?
    /// It reads and does nothing else to the session, nor can it show in which mode its transaction runs.
    let isPlainRead: Bool

    /// A name that the statement gives to another one inside it.
    enum Naming {
        case statement(WireName, StatementPlan)
        case cursor(WireName, StatementPlan, isHoldable: Bool)
    }

    /// Names that are gone once the statement has run; nil is all.
    enum Release {
        case statement(WireName?)
        case cursor(WireName?)
    }

    init(_ draft: PlanDraft) {
        text = draft.text
        parameterTypes = draft.parameterTypes
        inspection = draft.inspection
        facts = draft.facts
        decision = draft.decision
        writeGuard = draft.writeGuard
        epoch = draft.epoch
        parts = draft.parts
        innerName = draft.innerName
        isOutdated = draft.isOutdated
        outputsAreKnown = draft.outputsAreKnown
        executedNames = draft.effects.executed
        fetchedNames = draft.effects.fetched
        namings = draft.effects.namings
        releases = draft.effects.releases
        changesCatalog =
            draft.effects.changesCatalog || draft.inspection.statements.contains(where: \.mayChangeCatalog)
        // What is behind it in a pipeline is not looked at before it was answered.
        changesSessionState = draft.effects.changesSessionState || changesCatalog
        needsDisk = draft.durability == .disk || draft.facts.actions != .read
        let masks = draft.decision.masks
        showsHidden =
            draft.inspection.statements.contains(where: \.showsHidden)
            || draft.parts.contains(where: \.showsHidden)
        touchesMasked =
            masks.coversColumns
            && (draft.facts.hasUnprovenColumns || showsHidden
                || masks.mask(anyOf: draft.facts.columns) != nil)
        hidesTexts = touchesMasked || draft.setsOffMasked
        mayMaskResult = touchesMasked || !masks.detectors.isEmpty
        masksColumnsOrValues = !masks.isEmpty
        responseCap =
            draft.decision.limits.maxRecordedBytes.map { Int(clamping: $0) }
            ?? SessionRecorder.defaultResponseCap
        limitsEffect =
            draft.decision.limits.maxAffectedRows != nil
            && !draft.facts.actions.intersection([.write, .ddl, .admin, .unknown]).isEmpty
        reliesOnNames =
            !draft.isUnrestricted
            && (!draft.parts.isEmpty || draft.inspection.statements.contains(where: \.usesNames)
                || draft.text.contains(where: \.isPartOfOperator))
        settings = draft.settings
        controlsTransaction = draft.effects.controlsTransaction
        let puts = draft.inspection.statements.contains { $0.transfers.contains { $0.lineage != .none } }
        let shows = draft.inspection.statements.contains(where: \.returnsRows)
        // Procedures may commit by themselves, and so may the text.
        let isWhole = !controlsTransaction && !draft.inspection.statements.contains { $0.kind == "CALL" }
        isGuarded =
            limitsEffect || draft.parts.contains(where: \.isGuarded)
            || isWhole && reliesOnNames && masks.coversColumns && draft.facts.actions != .read
                && (puts || shows)
        listens = draft.effects.listens
        unpinnedSetting = draft.effects.unpinnedSetting
        isPlainRead =
            draft.facts.actions.isSubset(of: .read) && !showsHidden && draft.parts.isEmpty
            && draft.inspection.statements.allSatisfy(\.effects.isEmpty)
        encodedFacts = PlanDraft.encode(draft, refused: false)
        refusedFacts = PlanDraft.encode(draft, refused: true)
    }

    /// The same plan for another text that has the same inspection.
    init(_ plan: StatementPlan, for text: [UInt8]) {
        self.text = text
        parameterTypes = plan.parameterTypes
        inspection = plan.inspection
        facts = plan.facts
        decision = plan.decision
        writeGuard = plan.writeGuard
        epoch = plan.epoch
        parts = plan.parts
        innerName = plan.innerName
        isOutdated = plan.isOutdated
        showsHidden = plan.showsHidden
        outputsAreKnown = plan.outputsAreKnown
        encodedFacts = plan.encodedFacts
        refusedFacts = plan.refusedFacts
        executedNames = plan.executedNames
        fetchedNames = plan.fetchedNames
        namings = plan.namings
        releases = plan.releases
        changesSessionState = plan.changesSessionState
        changesCatalog = plan.changesCatalog
        needsDisk = plan.needsDisk
        touchesMasked = plan.touchesMasked
        hidesTexts = plan.hidesTexts
        mayMaskResult = plan.mayMaskResult
        masksColumnsOrValues = plan.masksColumnsOrValues
        responseCap = plan.responseCap
        limitsEffect = plan.limitsEffect
        isGuarded = plan.isGuarded
        reliesOnNames = plan.reliesOnNames
        settings = plan.settings
        controlsTransaction = plan.controlsTransaction
        listens = plan.listens
        unpinnedSetting = plan.unpinnedSetting
        isPlainRead = plan.isPlainRead
    }

    private func findObstacle() -> Report? {
        if isOutdated || parts.contains(where: \.isOutdated) { return .outdated }
        if let unpinnedSetting { return .pinned(unpinnedSetting) }
        if limitsEffect, controlsTransaction { return .transactionControlInside }
        if let refusal = writeGuard.copyRefusal { return refusal }
        for part in parts {
            if let refusal = part.writeGuard.copyRefusal { return refusal }
        }
        if writeGuard.matchesLiteral(of: text) { return writeGuard.valueRefusal }
        if searchesCopyIn,
            inspection.statements.contains(where: { $0.copyIn?.layout.isReadable == false })
        {
            return .unsearchableCopy
        }
        if mayMaskResult, inspection.statements.contains(where: { $0.copyOut?.isReadable == false }) {
            return .unreadableCopy
        }
        return nil
    }

    /// It does more than read, or that cannot be told.
    var changesRows: Bool { facts.actions != .read }

    /// Rows come back, of which some may be of values of columns.
    var returnsRows: Bool {
        inspection.statements.contains(where: \.returnsRows) || parts.contains(where: \.returnsRows)
    }

    /// The client sees more of it than that it was done, or what it does can be undone.
    var isShown: Bool { isGuarded || !changesRows || returnsRows }

    /// Checks and triggers that earlier statements have put off may run with it.
    var runsDeferred: Bool {
        controlsTransaction || inspection.statements.contains { $0.kind == "SET CONSTRAINTS" }
    }

    /// It runs what has a name in the session, and that is not known yet.
    var namesOthers: Bool { parts.isEmpty && !(executedNames.isEmpty && fetchedNames.isEmpty) }

    /// The statements whose results the answer has, in order; nil when that depends on what a name means.
    var answered: [StatementInspection]? {
        guard outputsAreKnown else { return nil }
        guard let first = parts.first else { return inspection.statements }
        guard first.namesOthers, parts.count == 2, inspection.statements.count == 1 else { return nil }
        return parts[1].answered
    }

    /// For a text that was refused before it was inspected.
    static let uninspectedFacts = PlanDraft.encode(
        RecordFacts(fingerprint: 0, actions: .unknown, decision: .deny, policyRevision: 0))
}

extension Report {
    /// As PostgreSQL says it when it cannot use a prepared statement any more: drivers prepare it again by themselves.
    fileprivate static var outdated: Report {
        Report(
            .error, .featureNotSupported,
            "the catalog has changed since the statement was prepared, and what it means by now is not certain",
            detail: #"{"code":"outdated_statement"}"#, hint: "Prepare it again.")
    }

    fileprivate static var unreadableCopy: Report {
        Report(
            .error, .insufficientPrivilege,
            "the rows of this COPY cannot be masked: an option is not known, or the encoding is not UTF8",
            hint: "Leave the option out, or use SELECT.")
    }
}

/// What a plan was made from; another epoch makes another plan.
struct PlanEpoch: Equatable {
    var configuration: Int64
    var catalog: UInt64
    var session: UInt64

    /// Of before anything.
    static let outdated = PlanEpoch(configuration: 0, catalog: 0, session: 0)
}

/// The parts of a plan while it is made.
struct PlanDraft {
    var text: [UInt8]
    var parameterTypes: [UInt32]
    var inspection: Inspection
    var facts: PolicyFacts
    var decision: Decision
    var writeGuard: WriteGuard
    var epoch: PlanEpoch
    var parts: [StatementPlan] = []
    var innerName: String?
    var isOutdated = false
    var outputsAreKnown = true
    /// It changes rows with masked columns, or sets off what looks at masked columns.
    var setsOffMasked = false
    var effects = PlanEffects()
    var durability: RecordingDurability
    /// Policy lets the principal do anything, and hides nothing.
    var isUnrestricted = false
    var settings: InspectionSettings

    static func encode(_ draft: PlanDraft, refused: Bool) -> EncodedFacts {
        let decision: RecordedDecision =
            switch draft.decision.outcome {
            case _ where refused: .deny
            case .allow: .allow
            case .deny: .deny
            case .hold: .hold
            }
        return encode(
            RecordFacts(
                fingerprint: draft.inspection.fingerprint,
                actions: RecordedActions(rawValue: draft.facts.actions.rawValue), decision: decision,
                policyRevision: UInt64(clamping: draft.decision.policyRevision),
                conditions: draft.facts.conditions.map(\.rawValue).sorted(),
                tables: draft.facts.tables.map(\.name),
                columns: unique(draft.facts.columns.map(\.name)),
                rules: draft.decision.rules.map {
                    RecordedRule(policy: $0.policy.description, rule: $0.rule, effect: $0.effect.rawValue)
                },
                masks: draft.decision.masks.applied.flatMap { mask in
                    (mask.columns + mask.tags + mask.detectors).map {
                        RecordedMask(target: $0, strategy: mask.with.kind.rawValue)
                    }
                }))
    }

    /// Facts too many for a record are cut to what identifies the statement; the counts are in its text.
    static func encode(_ facts: RecordFacts) -> EncodedFacts {
        if let encoded = try? facts.encoded() { return encoded }
        var short = facts
        short.tables = ["(\(facts.tables.count) tables)"]
        short.columns = ["(\(facts.columns.count) columns)"]
        short.rules = Array(facts.rules.prefix(8))
        short.masks = []
        if let encoded = try? short.encoded() { return encoded }
        short.rules = []
        guard let encoded = try? short.encoded() else {
            preconditionFailure("a handful of words exceeds a record")
        }
        return encoded
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension UInt8 {
    /// Operators are looked up by name, too, and so are types (manual, 4.1.3 "Operators").
    fileprivate var isPartOfOperator: Bool { "+-*/<>=~!@#%^&|`?:".utf8.contains(self) }
}
