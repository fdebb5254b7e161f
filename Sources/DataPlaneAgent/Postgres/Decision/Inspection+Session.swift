internal import SQLInspection

extension Inspection {
    /// Of one statement of the text, or inside it.
    func only(_ statement: StatementInspection) -> Inspection {
        Inspection(statements: [statement], fingerprint: fingerprint, unresolved: [])
    }

    /// Of what the text prepares or declares under a name.
    func inner(named name: String) -> Inspection? {
        for effect in statements.flatMap(\.effects).reversed() {
            switch effect {
            case .prepare(name, let statement), .declareCursor(name, _, let statement): return only(statement)
            default: continue
            }
        }
        return nil
    }
}

extension InspectionSettings {
    init(_ answer: SessionProbe.Answer) {
        self.init(
            searchPath: SearchPath.split(answer.searchPath), role: answer.role,
            temporaryRelations: answer.temporaryRelations.mapValues { $0 == "r" })
    }
}
