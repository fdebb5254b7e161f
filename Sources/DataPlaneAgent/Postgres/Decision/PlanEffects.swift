internal import PostgresWire
internal import SQLInspection

/// What running a statement does to the session, collected over its parts.
struct PlanEffects {
    var executed: [WireName] = []
    var fetched: [WireName] = []
    var namings: [StatementPlan.Naming] = []
    var releases: [StatementPlan.Release] = []
    var changesSessionState = false
    var changesCatalog = false
    var controlsTransaction = false
    var listens = false
    var unpinnedSetting: String?

    /// `inner` plans a statement inside another one.
    init(
        _ effects: [SessionEffect] = [],
        inner: (String, StatementInspection) -> StatementPlan = { _, _ in preconditionFailure() }
    ) {
        for effect in effects { add(effect, inner) }
    }

    private mutating func add(
        _ effect: SessionEffect, _ inner: (String, StatementInspection) -> StatementPlan
    ) {
        switch effect {
        case .prepare(let name, let statement):
            namings.append(.statement(WireName(name), inner(name, statement)))
        case .execute(let name, _): executed.append(WireName(name))
        case .deallocate(let name): releases.append(.statement(name.map { WireName($0) }))
        case .declareCursor(let name, let isHoldable, let statement):
            namings.append(.cursor(WireName(name), inner(name, statement), isHoldable: isHoldable))
        case .fetch(let name): fetched.append(WireName(name))
        case .closeCursor(let name): releases.append(.cursor(name.map { WireName($0) }))
        case .setSetting(let name, let value, _):
            if Self.decidesMeaning(name) || name == "default_transaction_read_only" {
                changesSessionState = true
            }
            if Self.unpins(name, value) { unpinnedSetting = name }
        case .resetAll: changesSessionState = true
        case .discardAll:
            changesSessionState = true
            releases.append(.statement(nil))
            releases.append(.cursor(nil))
        case .createTemporary: changesSessionState = true
        case .changesCatalog:
            changesCatalog = true
            changesSessionState = true
        case .rollbackToSavepoint: changesSessionState = true
        case .beginTransaction, .commit, .rollback: controlsTransaction = true
        case .listen: listens = true
        case .savepoint, .releaseSavepoint, .unlisten, .notify: break
        }
    }

    /// Whether the setting would no longer be what the session began with.
    private static func unpins(_ name: String, _ value: String?) -> Bool {
        guard let value = value?.lowercased() else { return false }
        switch name {
        case "standard_conforming_strings": return !["on", "true", "yes", "1"].contains(value)
        case "client_encoding":
            return !["utf8", "unicode"].contains(value.filter { $0.isLetter || $0.isNumber })
        default: return false
        }
    }

    /// Settings on which the meaning of names depends.
    static func decidesMeaning(_ name: String) -> Bool {
        ["search_path", "role", "session_authorization", "standard_conforming_strings", "client_encoding"]
            .contains(name)
    }
}
