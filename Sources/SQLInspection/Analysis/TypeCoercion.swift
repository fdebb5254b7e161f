/// PostgreSQL's rules for implicit conversion (manual, chapter 10; parse_coerce.c), over a snapshot.
struct TypeCoercion {
    let catalog: CatalogSnapshot

    func category(_ type: UInt32) -> Character {
        type == TypeID.unknownLiteral ? "X" : catalog.type(catalog.baseType(type))?.category ?? "U"
    }

    func isPreferred(_ type: UInt32) -> Bool { catalog.type(type)?.isPreferred ?? false }

    /// Whether a value of `source` is taken where `target` is wanted, without a cast being written. Undetermined: maybe.
    func isImplicit(from source: UInt32, to target: UInt32) -> Bool {
        if source == target || source == TypeID.undetermined || source == TypeID.unknownLiteral {
            return true
        }
        if target == TypeID.any || TypeID.anyElement.contains(target) { return true }
        let base = catalog.baseType(source)
        if TypeID.anyArray.contains(target) { return element(ofArray: base) != nil }
        if TypeID.anyRange.contains(target) { return catalog.type(base)?.kind == "r" }
        if TypeID.anyMultirange.contains(target) { return catalog.type(base)?.kind == "m" }
        let targetBase = catalog.baseType(target)
        if base == targetBase { return true }
        if let cast = catalog.cast(from: source, to: target) ?? catalog.cast(from: base, to: targetBase) {
            return cast.context == "i"
        }
        if targetBase == TypeID.record { return catalog.type(base)?.kind == "c" }
        if let inner = element(ofArray: base), let wanted = element(ofArray: targetBase) {
            return isImplicit(from: inner, to: wanted)
        }
        if let from = catalog.type(base), let to = catalog.type(targetBase), from.relation != 0,
            to.relation != 0
        {
            return isDescendant(from.relation, of: to.relation)
        }
        return base == TypeID.record && catalog.type(targetBase)?.kind == "c"
    }

    private func isDescendant(_ relation: UInt32, of ancestor: UInt32) -> Bool {
        var pending = [relation]
        var steps = 0
        while let next = pending.popLast(), steps < 1_000 {
            if next == ancestor { return true }
            steps += 1
            pending += catalog.contents.parents[next] ?? []
        }
        return false
    }

    func element(ofArray type: UInt32) -> UInt32? {
        guard let entry = catalog.type(type), entry.category == "A", entry.element != 0 else { return nil }
        return entry.element
    }

    /// The type that a call gives, polymorphic results worked out from the arguments.
    func result(_ declared: UInt32, parameters: [UInt32], arguments: [UInt32]) -> UInt32 {
        guard TypeID.isPolymorphic(declared) else { return declared }
        for (parameter, argument) in zip(parameters, arguments) {
            let base = catalog.baseType(argument)
            if declared == parameter, !TypeID.anyElement.contains(parameter) { return base }
            let element: UInt32
            if TypeID.anyElement.contains(parameter) {
                element = argument
            } else if TypeID.anyArray.contains(parameter) || TypeID.anyRange.contains(parameter) {
                element = catalog.type(base)?.element ?? 0
            } else {
                continue
            }
            guard element != 0, element != TypeID.unknownLiteral else { continue }
            if TypeID.anyElement.contains(declared) { return element }
            if TypeID.anyArray.contains(declared) { return catalog.type(element)?.array ?? 0 }
        }
        return TypeID.undetermined
    }

    /// The common type of CASE, COALESCE, UNION and the like: exact for equal types, else undetermined.
    func common(_ types: [UInt32]) -> UInt32 {
        let known = types.filter { $0 != TypeID.unknownLiteral }
        guard let first = known.first else { return types.isEmpty ? TypeID.undetermined : TypeID.text }
        if known.contains(TypeID.undetermined) { return TypeID.undetermined }
        if known.allSatisfy({ $0 == first }) { return first }
        let bases = known.map(catalog.baseType)
        if bases.allSatisfy({ $0 == bases[0] }) { return bases[0] }
        // Numbers widen in this order (parse_coerce.c, select_common_type over preferred and implicit casts).
        let numbers: [UInt32] = [21, 23, 20, 1700, 700, 701]
        let ranks = bases.map { numbers.firstIndex(of: $0) }
        if ranks.allSatisfy({ $0 != nil }) { return numbers[ranks.compactMap { $0 }.max() ?? 0] }
        if bases.allSatisfy({ category($0) == "S" }) { return TypeID.text }
        return TypeID.undetermined
    }
}
