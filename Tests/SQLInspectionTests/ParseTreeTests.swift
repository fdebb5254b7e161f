import Testing

@testable import SQLInspection

struct ParseTreeTests {
    private func message(_ field: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(field << 3 | 2) + varint(bytes.count) + bytes
    }

    private func varint(_ value: Int) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7f | 0x80))
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    /// The number of a field in a message.
    private func number(_ kind: NodeKind, _ name: FieldName) throws -> Int {
        try #require(ParseTreeSchema.shared.fields[Int(kind.rawValue)].firstIndex { $0?.name == name })
    }

    private static let nodeNumbers: [(number: Int, kind: NodeKind)] =
        ParseTreeSchema.shared.kindsOfNode.enumerated().compactMap { index, kind in kind.map { (index, $0) } }

    private func inspection(ofStatement node: [UInt8]) throws -> Inspection {
        let raw = message(try number(.rawStmt, .stmt), node)
        let tree = try ParseTree(decoding: message(try number(.parseResult, .stmts), raw))
        return try SQLInspection.inspect(
            parseTree: tree, text: [], parameterTypes: [], catalog: Fixtures.shop,
            settings: InspectionSettings(role: "agent_rw"), parser: LibpgQueryParser())
    }

    @Test func knowsEveryKindOfTheLibrary() {
        let named = Set(Self.nodeNumbers.map(\.kind))
        let inner: Set<NodeKind> = [.null, .parseResult]
        #expect(Set(NodeKind.allCases).subtracting(named).subtracting(inner).count < 6)
        #expect(Self.nodeNumbers.count > 230)
    }

    /// Kinds that a rule for statements handles; every other one must come out as unknown.
    private static let statements: Set<NodeKind> = Set(DefinitionReview.actions.keys).union([
        .selectStmt, .insertStmt, .updateStmt, .deleteStmt, .mergeStmt, .explainStmt, .prepareStmt,
        .executeStmt,
        .declareCursorStmt, .fetchStmt, .copyStmt, .createTableAsStmt, .callStmt, .variableShowStmt,
        .transactionStmt,
        .variableSetStmt, .deallocateStmt, .closePortalStmt, .constraintsSetStmt, .listenStmt, .unlistenStmt,
        .notifyStmt,
        .discardStmt, .doStmt,
    ])

    @Test func countsUnhandledStatementsAsUnknown() throws {
        for (number, kind) in Self.nodeNumbers where !Self.statements.contains(kind) {
            let inspection = try inspection(ofStatement: message(number, []))
            #expect(inspection.actions.contains(.unknown), "\(kind)")
        }
    }

    private static let expressions: Set<NodeKind> = [
        .columnRef, .aConst, .paramRef, .aExpr, .boolExpr, .funcCall, .typeCast, .aIndirection, .subLink,
        .caseExpr,
        .coalesceExpr, .minMaxExpr, .aArrayExpr, .rowExpr, .list, .nullTest, .booleanTest, .collateClause,
        .sqlValueFunction,
        .xmlExpr, .xmlSerialize, .groupingFunc, .namedArgExpr, .setToDefault, .multiAssignRef, .currentOfExpr,
        .aStar,
    ]

    @Test func countsUnhandledExpressionsAsUnknown() throws {
        let select = try #require(Self.nodeNumbers.first { $0.kind == .selectStmt }).number
        let target = try #require(Self.nodeNumbers.first { $0.kind == .resTarget }).number
        for (number, kind) in Self.nodeNumbers where !Self.expressions.contains(kind) {
            let value = message(try self.number(.resTarget, .val), message(number, []))
            let list = message(try self.number(.selectStmt, .targetList), message(target, value))
            let inspection = try inspection(ofStatement: message(select, list))
            #expect(inspection.actions.contains(.unknown), "\(kind)")
        }
    }

    @Test func countsFieldsThatNoRuleReadsAsUnknown() throws {
        // A column reference with a list in a place where the grammar never puts one.
        let bytes = try LibpgQueryParser().parse(Array("SELECT a FROM t".utf8), as: .sql)
        let tree = InspectedTree(try ParseTree(decoding: bytes))
        let statement = try #require(tree.root.list(.stmts).first?.node(.stmt))
        #expect(tree.firstUnmarked(below: statement) != nil)
        statement.markAll()
        #expect(tree.firstUnmarked(below: statement) == nil)
    }

    @Test func refusesUnknownFieldsAndCutBytes() throws {
        #expect(throws: InspectionFailure.self) { try ParseTree(decoding: message(99, [])) }
        let bytes = try LibpgQueryParser().parse(
            Array("SELECT a + 1, 'x' FROM t WHERE b IN (1, 2)".utf8), as: .sql)
        for count in 1..<bytes.count {
            // Any prefix decodes to an error or to a shorter tree, never to a trap.
            _ = try? ParseTree(decoding: Array(bytes.prefix(count)))
        }
        for index in bytes.indices {
            var broken = bytes
            broken[index] ^= 0xff
            if let tree = try? ParseTree(decoding: broken) {
                _ = try? SQLInspection.inspect(
                    parseTree: tree, text: [], parameterTypes: [], catalog: Fixtures.shop,
                    settings: InspectionSettings(role: "x"), parser: LibpgQueryParser())
            }
        }
    }

    @Test func givesStatementsOfOneShapeOneFingerprint() throws {
        func fingerprint(_ text: String) throws -> UInt64 { try inspect(text).fingerprint }
        #expect(
            try fingerprint("SELECT 1 FROM orders WHERE id = 5")
                == fingerprint("SELECT 2  FROM orders WHERE id = 77"))
        #expect(try fingerprint("SELECT 'a'") == fingerprint("SELECT 'b'"))
        #expect(try fingerprint("SELECT id FROM orders") != fingerprint("SELECT note FROM orders"))
        #expect(try fingerprint("SELECT upper('a')") != fingerprint("SELECT lower('a')"))
    }
}
