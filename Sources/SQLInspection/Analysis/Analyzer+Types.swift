extension Analyzer {
    /// The type that a `TypeName` means; undetermined when the snapshot does not know it.
    func resolveType(_ node: Node) -> UInt32 {
        node.ignore(.typemod, .setof, .typmods, .arrayBounds)
        let isArray = !node.list(.arrayBounds).isEmpty
        let names = node.list(.names).names
        if node.flag(.pctType) { return columnType(names) }
        guard let type = typeNamed(names) else {
            if isBatchCreated(names) { return TypeID.undetermined }
            findings.missing(names.joined(separator: "."))
            // The server refuses it. Should it know better, checks of an unknown domain may run: not a plain read.
            act(
                [.read, .write],
                because: "type \(names.joined(separator: ".")) is not in the catalog snapshot")
            return TypeID.undetermined
        }
        return isArray ? catalog.type(type)?.array ?? TypeID.undetermined : type
    }

    func typeNamed(_ names: [String]) -> UInt32? {
        guard let name = names.last else { return nil }
        if names.count > 1 {
            guard let schema = catalog.contents.schemaOIDs[ExactName(names[names.count - 2])] else {
                return nil
            }
            return catalog.contents.typeByName[.init(schema: schema, name: name)]
        }
        if !isBehind, context.settings.temporaryRelations[name] != nil { return nil }
        for schema in context.path {
            if let type = catalog.contents.typeByName[.init(schema: schema, name: name)] { return type }
        }
        return nil
    }

    /// `relation.column%TYPE`.
    private func columnType(_ names: [String]) -> UInt32 {
        guard names.count >= 2, let relation = findRelation(Array(names.dropLast())),
            let column = catalog.columns(of: relation).first(where: { $0.name == names.last })
        else { return TypeID.undetermined }
        return column.type
    }

    func typeCast(_ node: Node, _ scope: Scope) throws(InspectionFailure) -> Value {
        var value = try expression(node.node(.arg), scope)
        guard let typeName = node.node(.typeName) else { return value }
        let target = resolveType(typeName)
        try noteProbe(ofCast: value, to: target)
        value = try cast(value, to: target)
        // A length or a precision cuts.
        if !typeName.list(.typmods).isEmpty { value.isWhole = false }
        return value
    }

    /// An explicit cast: the cast's function, and the checks of every domain inside the target.
    func cast(_ value: Value, to target: UInt32) throws(InspectionFailure) -> Value {
        var result = value
        result.type = target
        if target != value.type { result.fields = nil }
        result.isWhole = value.isWhole && keepsWhole(from: value.type, to: target)
        result.unreadConstant = value.unreadConstant.map { .cast($0, to: target) }
        guard target != TypeID.undetermined else { return result }
        try runDomains(of: target)
        let source = catalog.baseType(value.type)
        let base = catalog.baseType(target)
        if value.type == TypeID.undetermined {
            for cast in catalog.contents.userCasts where cast.target == base || cast.target == target {
                try run(cast)
            }
        } else if let cast = catalog.cast(from: value.type, to: target)
            ?? catalog.cast(from: source, to: base)
        {
            try run(cast)
        } else {
            let coercion = TypeCoercion(catalog: catalog)
            if let inner = coercion.element(ofArray: source), let outer = coercion.element(ofArray: base),
                inner != outer
            {
                _ = try cast(Value(type: inner), to: outer)
            }
        }
        return result
    }

    /// To what it is already, to text, or to another kind of number.
    private func keepsWhole(from source: UInt32, to target: UInt32) -> Bool {
        let (source, target) = (catalog.baseType(source), catalog.baseType(target))
        return source == target || target == TypeID.text || target == TypeID.varchar
            || TypeID.numbers.contains(source) && TypeID.numbers.contains(target)
    }

    /// Casts that nobody writes: those of the user's own that PostgreSQL may apply to values of these types.
    ///
    /// - Parameter assignedTo: the column type that the value is stored in, which permits assignment casts.
    /// - Parameter json: the value is turned into JSON, which uses any cast to json (manual, 9.16, to_json).
    func implicitCasts(
        from sources: [UInt32], assignedTo target: UInt32? = nil, json: Bool = false
    ) throws(InspectionFailure) {
        for cast in catalog.contents.userCasts {
            let isJSON = json && (cast.target == TypeID.json || cast.target == TypeID.jsonb)
            guard cast.context == "i" || isJSON || (cast.context == "a" && target == cast.target) else {
                continue
            }
            if sources.contains(where: { $0 == cast.source || $0 == 0 || catalog.baseType($0) == cast.source }
            ) {
                try run(cast)
            }
        }
    }

    private func run(_ cast: CatalogCast) throws(InspectionFailure) {
        let names = [cast.source, cast.target].map { catalog.type($0)?.name ?? "\($0)" }
        try attributing(to: "the cast from \(names[0]) to \(names[1]) calls it") {
            () throws(InspectionFailure) in
            try runRoutine(cast.function)
        }
    }

    /// Domain checks run for a value of this type, at any depth of arrays, rows and ranges.
    func runDomains(of type: UInt32) throws(InspectionFailure) {
        for oid in catalog.typesInside(type) where catalog.contents.domainChecks[oid] != nil {
            try keepingTrack { () throws(InspectionFailure) in
                findings.absorb(try domainSummary(oid).findings)
            }
        }
    }

    /// Values are compared, hashed and indexed in more places than the text shows (ORDER BY, DISTINCT, GROUP BY, set operations,
    /// indexes): whoever has a value of a type may run what its operator classes and ranges call (manual, 38.16 and 8.17.8).
    func runTypeFunctions(of type: UInt32) throws(InspectionFailure) {
        let all = catalog.contents.typeFunctions
        if all.isEmpty { return }
        let types = type == TypeID.undetermined ? Set(all.keys) : catalog.typesInside(type)
        for oid in types where typesRun.insert(oid).inserted {
            for function in all[oid] ?? [] {
                try attributing(
                    to: "an operator class or range of type \(catalog.type(oid)?.name ?? "\(oid)") calls it"
                ) {
                    () throws(InspectionFailure) in
                    try runRoutine(function)
                }
            }
        }
    }

    func runTypeFunctions(ofColumnsOf relation: CatalogRelation) throws(InspectionFailure) {
        guard !catalog.contents.typeFunctions.isEmpty else { return }
        for column in catalog.columns(of: relation) { try runTypeFunctions(of: column.type) }
    }
}

extension CatalogSnapshot {
    /// A type and all that values of it may hold: behind domains, in arrays, rows and ranges.
    func typesInside(_ type: UInt32) -> Set<UInt32> {
        var pending = [type]
        var seen: Set<UInt32> = []
        while let oid = pending.popLast() {
            guard seen.insert(oid).inserted, let entry = self.type(oid) else { continue }
            switch entry.kind {
            case "d": pending.append(entry.base)
            case "c":
                guard let relation = relation(entry.relation) else { continue }
                pending += columns(of: relation).map(\.type)
            default: if entry.element != 0 { pending.append(entry.element) }
            }
        }
        return seen
    }
}
