extension Analyzer {
    func applyBuiltIn(
        _ routine: CatalogRoutine, _ arguments: [Value], _ value: inout Value
    ) throws(InspectionFailure) {
        var judgement = RoutineReview.builtIn(routine.name)
        // ts_rewrite(tsquery, tsquery, tsquery) runs no SQL.
        if routine.name == "ts_rewrite", arguments.count == 3 { judgement = .harmless }
        if routine.name.hasSuffix("populate_record") || routine.name.hasSuffix("populate_recordset") {
            try runDomains(of: arguments.first?.type ?? 0)
        }
        try apply(judgement, routine, arguments, &value)
    }

    func apply(
        _ judgement: RoutineJudgement, _ routine: CatalogRoutine, _ arguments: [Value], _ value: inout Value
    ) throws(InspectionFailure) {
        let name = routine.name
        switch judgement {
        case .harmless: return
        case .showsHidden:
            value.lineage = .unknown
            findings.showsHidden = true
        case .showsAnything:
            value.lineage = .unknown
            findings.reachesAnything = true
        case .write:
            act(.write, because: "\(name)() changes state")
        case .adminOverAnything:
            value.lineage = .unknown
            findings.reachesAnything = true
            act(.admin, because: "\(name)() reads or runs what its arguments do not say")
        case .admin:
            value.lineage = .unknown
            act(.admin, because: "\(name)() is not known to be harmless")
        case .sequence(let isWrite):
            if isWrite { act(.write, because: "\(name)() advances a sequence") }
            if let argument = arguments.first {
                nameRelation(in: argument, access: isWrite ? .written : .read)
            }
        case .setting: try readSetting(arguments, &value)
        case .setConfig: try setConfig(arguments, &value)
        case .sqlText(let position):
            value.lineage = .unknown
            try inspectText(position < arguments.count ? arguments[position].constant : nil, of: name, &value)
        case .crosstab:
            value.lineage = .unknown
            try inspectText(arguments.first?.constant, of: name, &value)
            guard arguments.count > 1, catalog.baseType(arguments[1].type) != TypeID.int4 else { return }
            try inspectText(arguments[1].constant, of: name, &value)
        case .relationText(let position):
            value.lineage = .unknown
            let isPlain = arguments.allSatisfy { $0.constant != nil }
            try readRelation(isPlain ? arguments[position].constant : nil, [], of: name, &value)
        case .connectby:
            value.lineage = .unknown
            // Relation, key, parent key, perhaps an order, start, depth, perhaps a delimiter.
            let isOrdered =
                arguments.count > 6 || arguments.count == 6 && arguments[4].type != TypeID.int4
            let columns = arguments.dropFirst().prefix(isOrdered ? 3 : 2).map(\.constant)
            try readRelation(arguments.first?.constant, columns, of: name, &value)
        }
    }

    /// A routine that runs SQL from a string: inspected when the string is constant, else it may be anything.
    func inspectText(_ constant: Constant?, of name: String, _ value: inout Value) throws(InspectionFailure) {
        guard case .text(let text)? = constant else {
            findings.reachesAnything = true
            act(.admin, because: "\(name)() runs SQL that is made at run time")
            return
        }
        let body = try inspectBody(text, context: context, scope: Scope(parent: nil))
        findings.absorb(body.findings)
        findings.reachesAnything = findings.reachesAnything || !body.isComplete
        value.lineage = body.isComplete ? value.lineage == .unknown ? .none : value.lineage : .unknown
        for column in body.columns { value.lineage.formUnion(column.lineage) }
    }

    /// A routine that reads a relation named by a string, and columns of it named so; none: all.
    private func readRelation(
        _ relation: Constant?, _ columns: [Constant?], of name: String, _ value: inout Value
    ) throws(InspectionFailure) {
        let names = ([relation] + columns).compactMap { constant -> String? in
            guard case .text(let text)? = constant, !text.isEmpty,
                text.allSatisfy({ $0.isLetter || $0.isNumber || "_.\"$".contains($0) })
            else { return nil }
            return text
        }
        guard names.count == columns.count + 1 else {
            findings.reachesAnything = true
            act(.admin, because: "\(name)() reads a relation or columns that are named at run time")
            return
        }
        let list = columns.isEmpty ? "*" : names.dropFirst().joined(separator: ", ")
        try inspectText(.text("SELECT \(list) FROM \(names[0])"), of: name, &value)
    }

    /// `nextval('name')`: the sequence counts as reached.
    private func nameRelation(in argument: Value, access: TableReference.Access) {
        guard case .text(let text)? = argument.constant else {
            findings.reachesAnything = true
            return
        }
        let names = SearchPath.splitQualified(text)
        if let relation = findRelation(names) {
            findings.add(reference(to: relation, access), behind: true)
        } else {
            findings.missing(text)
        }
    }

    /// Settings with a dot and a few others hold what anyone put there.
    private func readSetting(_ arguments: [Value], _ value: inout Value) throws(InspectionFailure) {
        guard case .text(let name)? = arguments.first?.constant,
            !SettingReview.holdsFreeText(name)
        else {
            value.lineage = .unknown
            findings.showsHidden = true
            return
        }
        if SettingReview.tellsTransactionMode(name) { findings.showsHidden = true }
    }

    private func setConfig(_ arguments: [Value], _ value: inout Value) throws(InspectionFailure) {
        guard arguments.count == 3, case .text(let name)? = arguments[0].constant,
            case .boolean(let isLocal)? = arguments[2].constant,
            !isBehind
        else {
            value.lineage = .unknown
            return act(.admin, because: "set_config() with a name that is not constant")
        }
        guard case .text(let setting)? = arguments[1].constant else {
            // Drivers put back what they found, as a parameter. A column's value must not be parked in a setting.
            guard SettingReview.harmless.contains(name.lowercased()), arguments[1].lineage == .none else {
                value.lineage = .unknown
                return act(.admin, because: "set_config() of \(name) with a value that is not constant")
            }
            return effects.append(.setSetting(name: name.lowercased(), value: nil, local: isLocal))
        }
        act(
            SettingReview.actions(name: name.lowercased(), value: setting),
            because: "setting \(name) is not on the list of harmless settings")
        effects.append(.setSetting(name: name.lowercased(), value: setting, local: isLocal))
    }
}

extension SearchPath {
    /// `schema.name` as regclass reads it: dots outside quotes separate.
    static func splitQualified(_ text: String) -> [String] {
        var parts: [String] = []
        var element = ""
        var isQuoted = false
        for character in text.unicodeScalars {
            switch character {
            case "\"": isQuoted.toggle()
            case "." where !isQuoted:
                parts.append(element)
                element = ""
            default: element += isQuoted ? String(character) : character.properties.lowercaseMapping
            }
        }
        return parts + [element]
    }
}
