internal import SQLInspection

extension Inspection {
    /// Whether a statement of the text may change what names mean to one behind it: all were inspected as if the text left
    /// that as it is. In a transaction that has changed it before, the end of the transaction is such a statement, too.
    func changesMeaningMidway(inDirtyTransaction isDirty: Bool) -> Bool {
        let change = statements.firstIndex { statement in
            statement.mayChangeCatalog
                || statement.effects.contains { $0.changesMeaning(inDirtyTransaction: isDirty) }
        }
        guard let change else { return false }
        return statements[(change + 1)...].contains(where: \.usesNames)
    }
}

extension StatementInspection {
    /// By what it calls; DDL of its own is among its effects, which leave temporary relations aside.
    var mayChangeCatalog: Bool {
        !actions.isDisjoint(with: [.ddl, .admin, .unknown])
            && (!routines.isEmpty || kind == "DO" || kind == "CALL")
    }

    /// Rows of which something is not the text's own.
    var returnsRows: Bool { !outputsAreComplete || outputs.contains { $0.lineage != .none } }

    var usesNames: Bool { !(tables.isEmpty && reached.isEmpty && routines.isEmpty) }
}

extension SessionEffect {
    fileprivate func changesMeaning(inDirtyTransaction isDirty: Bool) -> Bool {
        switch self {
        case .setSetting(let name, _, _): PlanEffects.decidesMeaning(name)
        case .resetAll, .discardAll, .createTemporary, .changesCatalog: true
        case .commit, .rollback, .rollbackToSavepoint: isDirty
        case .prepare, .execute, .deallocate, .declareCursor, .fetch, .closeCursor, .beginTransaction,
            .savepoint,
            .releaseSavepoint, .listen, .unlisten, .notify:
            false
        }
    }
}
