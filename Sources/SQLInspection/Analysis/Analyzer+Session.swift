extension Analyzer {
    /// BEGIN, COMMIT, SAVEPOINT and their like. Of repeated modes the last one counts, as in the server.
    func transaction(_ node: Node) {
        findings.actions.insert(.read)
        let isWritable = transactionModes(node.list(.options))
        let isChained = node.flag(.chain)
        let name = node.text(.savepointName) ?? ""
        node.ignore(.gid)
        guard let kind = node.enumeration(.kind, as: TransactionStmtKind.self) else {
            return unknown("a transaction statement is not understood")
        }
        switch kind {
        case .begin, .start:
            if isWritable == true { act(.admin, because: "READ WRITE takes off a read-only default") }
            effects.append(.beginTransaction)
        case .commit: effects.append(.commit(chain: isChained))
        case .rollback: effects.append(.rollback(chain: isChained))
        case .savepoint: effects.append(.savepoint(name: name))
        case .release: effects.append(.releaseSavepoint(name: name))
        case .rollbackTo: effects.append(.rollbackToSavepoint(name: name))
        case .prepare, .commitPrepared, .rollbackPrepared:
            act(.admin, because: "two-phase commit outlives the session")
        }
    }

    /// - Returns: true for READ WRITE, false for READ ONLY, `nil` when neither is said.
    private func transactionModes(_ options: NodeList) -> Bool? {
        var isWritable: Bool?
        for option in options {
            switch option.text(.defname) {
            case "transaction_read_only": isWritable = !option.optionIsOn
            case "transaction_isolation", "transaction_deferrable": _ = option.optionIsOn
            default:
                option.markAll()
                unknown("a transaction mode is not understood")
            }
        }
        return isWritable
    }

    /// SET and RESET in all their forms (manual, SET).
    func set(_ node: Node) {
        findings.actions.insert(.read)
        let name = (node.text(.name) ?? "").lowercased()
        let isLocal = node.flag(.isLocal)
        let arguments = node.list(.args)
        guard let kind = node.enumeration(.kind, as: VariableSetKind.self) else {
            return unknown("a SET statement is not understood")
        }
        switch kind {
        case .setMulti:
            if name == "transaction snapshot" {
                for argument in arguments { argument.markAll() }
                return act(.admin, because: "SET TRANSACTION SNAPSHOT")
            }
            let isWritable = transactionModes(arguments)
            if isWritable == true {
                act(.admin, because: "READ WRITE takes off a read-only default")
            }
            if isWritable != nil, name == "session characteristics" {
                effects.append(.setSetting(name: "default_transaction_read_only", value: nil, local: false))
            }
        case .setValue:
            let value = arguments.map(settingText).joined(separator: ", ")
            act(
                SettingReview.actions(name: name, value: value),
                because: "setting \(name) is not on the list of harmless settings")
            effects.append(.setSetting(name: name, value: value, local: isLocal))
        case .setDefault, .reset, .setCurrent:
            act(
                SettingReview.actions(name: name, value: nil),
                because: "setting \(name) is not on the list of harmless settings")
            effects.append(.setSetting(name: name, value: nil, local: isLocal))
        case .resetAll:
            act(.admin, because: "RESET ALL takes off the gateway's settings")
            effects.append(.resetAll)
        }
    }

    /// A value of SET as the server stores it.
    private func settingText(_ node: Node) -> String {
        switch node.kind {
        case .aConst:
            if let text = node.node(.sval) { return text.text(.sval) ?? "" }
            if let number = node.node(.ival) { return String(number.number(.ival)) }
            if let number = node.node(.fval) { return number.text(.fval) ?? "" }
            if let boolean = node.node(.boolval) { return boolean.flag(.boolval) ? "on" : "off" }
            node.markAll()
            return ""
        case .typeCast:
            // SET TIME ZONE INTERVAL '…'
            let text = node.node(.arg).map(settingText) ?? ""
            node.markAll()
            return text
        default:
            node.markAll()
            return node.stringValue ?? ""
        }
    }
}
