extension CatalogSnapshot {
    /// Takes the rows of every `CatalogQuery`, in any order of queries, and makes the snapshot.
    package struct Builder: Sendable {
        private var contents = Contents()
        private var pendingColumns: [(relation: UInt32, column: CatalogColumn)] = []
        private var aggregates: [(UInt32, [UInt32])] = []

        package init() {}

        /// One row, its values in text format. A row that cannot be read is left out: what it named is then unknown.
        package mutating func add(_ query: CatalogQuery, row: [String?]) {
            let row = CatalogRow(row)
            switch query {
            case .database: contents.database = row.text(0)
            case .schemas:
                contents.schemaNames[row.oid(0)] = row.text(1)
                contents.schemaOIDs[ExactName(row.text(1))] = row.oid(0)
            case .relations: addRelation(row)
            case .columns:
                let column = CatalogColumn(
                    name: row.text(2), type: row.oid(3), number: Int16(truncatingIfNeeded: row.int(1)),
                    isGenerated: row.bool(4), isNotNull: row.bool(5))
                pendingColumns.append((row.oid(0), column))
            case .expressions:
                let id = ColumnID(table: row.oid(0), attribute: Int16(truncatingIfNeeded: row.int(1)))
                contents.expressions[id] = row.text(2)
            case .constraints:
                if row.oid(0) != 0 {
                    contents.checks[row.oid(0), default: []].append(row.text(2))
                } else {
                    contents.domainChecks[row.oid(1), default: []].append(row.text(2))
                }
            case .inheritance:
                contents.parents[row.oid(0), default: []].append(row.oid(1))
                contents.children[row.oid(1), default: []].append(row.oid(0))
            case .views, .systemViews: contents.views[row.oid(0)] = row.text(1)
            case .rules:
                let rule = CatalogRule(event: row.character(1), definition: row.text(2))
                contents.rules[row.oid(0), default: []].append(rule)
            case .triggers:
                let trigger = CatalogTrigger(
                    function: row.oid(1), events: row.int(2), definition: row.optional(3),
                    isEnabled: row.optional(4) != "f",
                    arguments: row.text(5).split(separator: "\\000", omittingEmptySubsequences: false).map(
                        String.init))
                contents.triggers[row.oid(0), default: []].append(trigger)
            case .policies:
                let policy = CatalogRowPolicy(using: row.optional(1), check: row.optional(2))
                contents.policies[row.oid(0), default: []].append(policy)
            case .cascades:
                let cascade = CatalogCascade(
                    child: row.oid(1), onDelete: row.character(2), onUpdate: row.character(3))
                contents.cascades[row.oid(0), default: []].append(cascade)
            case .indexes:
                let expressions = [row.optional(1), row.optional(2)].compactMap { $0 }
                if !expressions.isEmpty { contents.indexExpressions[row.oid(0), default: []] += expressions }
                if let text = row.optional(3) { contents.statistics[row.oid(0), default: []].append(text) }
            case .types: addType(row)
            case .routines: addRoutine(row)
            case .aggregates: aggregates.append((row.oid(0), (1...8).map { row.oid($0) }.filter { $0 != 0 }))
            case .operators:
                contents.operators[row.text(0), default: []].append(
                    CatalogOperator(
                        name: row.text(0), schema: row.oid(1), left: row.oid(2), right: row.oid(3),
                        result: row.oid(4),
                        function: row.oid(5)))
            case .typeFunctions: contents.typeFunctions[row.oid(0), default: []].append(row.oid(1))
            case .casts:
                let cast = CatalogCast(
                    source: row.oid(0), target: row.oid(1), function: row.oid(2), context: row.character(3))
                contents.casts[UInt64(cast.source) << 32 | UInt64(cast.target)] = cast
            case .eventTriggers: contents.eventTriggers.append(row.oid(0))
            case .labels: contents.labels[row.oid(0), default: []].append(row.text(1))
            }
        }

        private mutating func addRelation(_ row: CatalogRow) {
            guard let kind = CatalogRelation.Kind(rawValue: row.character(3)) else { return }
            let relation = CatalogRelation(
                oid: row.oid(0), name: row.text(1), schema: row.oid(2), kind: kind, rowType: row.oid(4),
                hasRowSecurity: row.bool(5), isPartition: row.bool(6))
            let index = Int32(contents.relations.count)
            contents.relations.append(relation)
            contents.relationByOID[relation.oid] = index
            contents.relationByName[QualifiedName(schema: relation.schema, name: relation.name)] = index
        }

        private mutating func addType(_ row: CatalogRow) {
            let type = CatalogType(
                oid: row.oid(0), name: row.text(1), schema: row.oid(2), kind: row.character(3),
                category: row.character(4),
                isPreferred: row.bool(5), element: row.oid(6), array: row.oid(7), relation: row.oid(8),
                base: row.oid(9))
            contents.types[type.oid] = type
            if let text = row.optional(10) { contents.domainDefaults[type.oid] = text }
            contents.typeByName[QualifiedName(schema: type.schema, name: type.name)] = type.oid
        }

        private mutating func addRoutine(_ row: CatalogRow) {
            let routine = CatalogRoutine(
                oid: row.oid(0), name: row.text(1), schema: row.oid(2), kind: row.character(3),
                language: row.text(4),
                result: row.oid(5), returnsSet: row.bool(6), arguments: row.oidVector(7),
                defaultCount: row.int(8),
                variadic: row.oid(9), allArguments: row.array(10).compactMap { UInt32($0) },
                modes: row.array(11).compactMap(\.first), names: row.array(12), source: row.optional(13),
                library: row.optional(14), searchPath: row.optional(15).map(SearchPath.split),
                argumentDefaults: row.optional(16))
            contents.routines[routine.oid] = routine
            contents.routinesByName[ExactName(routine.name), default: []].append(routine.oid)
        }

        package consuming func build() -> CatalogSnapshot {
            pendingColumns.sort { ($0.relation, $0.column.number) < ($1.relation, $1.column.number) }
            contents.columns.reserveCapacity(pendingColumns.count)
            for (owner, column) in pendingColumns {
                guard let index = contents.relationByOID[owner].map({ Int($0) }) else { continue }
                if contents.relations[index].columnCount == 0 {
                    contents.relations[index].firstColumn = Int32(contents.columns.count)
                }
                contents.relations[index].columnCount += 1
                contents.columns.append(column)
            }
            for (routine, support) in aggregates { contents.routines[routine]?.support = support }
            let snapshot = contents
            for (catalog, names) in RelationReview.secrets {
                let name = QualifiedName(schema: CatalogSnapshot.pgCatalog, name: catalog)
                guard let index = snapshot.relationByName[name] else { continue }
                let relation = snapshot.relations[Int(index)]
                let first = Int(relation.firstColumn)
                for column in snapshot.columns[first..<first + Int(relation.columnCount)]
                where names.contains(column.name) {
                    contents.secretColumns.insert(ColumnID(table: relation.oid, attribute: column.number))
                }
            }
            contents.userCasts = contents.casts.values.filter { cast in
                guard let routine = contents.routines[cast.function] else { return cast.function != 0 }
                return routine.schema != CatalogSnapshot.pgCatalog
            }
            return CatalogSnapshot(contents: contents)
        }
    }
}

/// Typed access to a row in text format. Anything unreadable is 0, false or empty.
private struct CatalogRow {
    private let values: [String?]

    init(_ values: [String?]) { self.values = values }

    func optional(_ index: Int) -> String? { index < values.count ? values[index] : nil }
    func text(_ index: Int) -> String { optional(index) ?? "" }
    func oid(_ index: Int) -> UInt32 { UInt32(text(index)) ?? 0 }
    func int(_ index: Int) -> Int { Int(text(index)) ?? 0 }
    func bool(_ index: Int) -> Bool { text(index) == "t" }
    func character(_ index: Int) -> Character { text(index).first ?? " " }
    func oidVector(_ index: Int) -> [UInt32] { text(index).split(separator: " ").compactMap { UInt32($0) } }

    /// A one-dimensional array in its text form (PostgreSQL manual, 8.15.6).
    func array(_ index: Int) -> [String] {
        let text = text(index)
        guard text.hasPrefix("{"), text.hasSuffix("}"), text.count > 2 else { return [] }
        var result: [String] = []
        var element = ""
        var isQuoted = false
        var characters = text.dropFirst().dropLast()[...]
        while let character = characters.popFirst() {
            switch character {
            case "\"": isQuoted.toggle()
            case "\\": if let escaped = characters.popFirst() { element.append(escaped) }
            case "," where !isQuoted:
                result.append(element)
                element = ""
            default: element.append(character)
            }
        }
        return result + [element]
    }
}

/// The value of `search_path`: identifiers separated by commas, double-quoted where needed.
package enum SearchPath {
    package static func split(_ value: String) -> [String] {
        var result: [String] = []
        var element = ""
        var isQuoted = false
        var wasQuoted = false
        func finished() -> String {
            wasQuoted ? element : element.trimming(" \t\n").lowercased()
        }
        // By Unicode scalars, as the server reads: a quote and a combining mark behind it are one `Character`.
        for character in value.unicodeScalars {
            switch character {
            case "\"":
                isQuoted.toggle()
                wasQuoted = true
                if isQuoted { element = element.trimming(" \t\n") }
            case "," where !isQuoted:
                result.append(finished())
                element = ""
                wasQuoted = false
            case " ", "\t", "\n": if isQuoted || !wasQuoted { element.unicodeScalars.append(character) }
            default: element.unicodeScalars.append(character)
            }
        }
        result.append(finished())
        return result.filter { !$0.isEmpty }
    }
}

extension String {
    func trimming(_ characters: String) -> String {
        var slice = self[...]
        while let first = slice.first, characters.contains(first) { slice.removeFirst() }
        while let last = slice.last, characters.contains(last) { slice.removeLast() }
        return String(slice)
    }
}
