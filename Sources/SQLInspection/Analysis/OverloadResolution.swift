/// Which of several routines or operators of one name PostgreSQL calls (manual, 10.2 and 10.3; func_select_candidate).
///
/// Answers a set: one where all argument types are known and the rules give one, else all that may be meant.
struct OverloadResolution {
    let coercion: TypeCoercion

    init(catalog: CatalogSnapshot) { coercion = TypeCoercion(catalog: catalog) }

    /// - Parameter candidates: parameter types of each candidate, one for every argument.
    /// - Returns: indices into `candidates`; empty when none can take the arguments.
    func select(_ candidates: [[UInt32]], arguments: [UInt32]) -> [Int] {
        let isDetermined = !arguments.contains(TypeID.undetermined)
        if isDetermined, let exact = candidates.firstIndex(of: arguments) { return [exact] }
        var remaining = candidates.indices.filter { index in
            zip(arguments, candidates[index]).allSatisfy { coercion.isImplicit(from: $0, to: $1) }
        }
        if remaining.count <= 1 || !isDetermined { return remaining }
        let bases = arguments.map { $0 == TypeID.unknownLiteral ? $0 : coercion.catalog.baseType($0) }
        keepBest(&remaining) { index in
            zip(bases, candidates[index]).count { $0 != TypeID.unknownLiteral && $0 == $1 }
        }
        if remaining.count == 1 { return remaining }
        let categories = bases.map(coercion.category)
        keepBest(&remaining) { index in
            zip(bases.indices, candidates[index]).count { position, parameter in
                bases[position] != TypeID.unknownLiteral
                    && (parameter == bases[position]
                        || coercion.category(parameter) == categories[position]
                            && coercion.isPreferred(parameter))
            }
        }
        if remaining.count == 1 || !bases.contains(TypeID.unknownLiteral) { return remaining }
        return resolveUnknownLiterals(remaining, candidates, bases)
    }

    private func keepBest(_ remaining: inout [Int], _ score: (Int) -> Int) {
        let scores = remaining.map(score)
        guard let best = scores.max() else { return }
        remaining = zip(remaining, scores).filter { $0.1 == best }.map(\.0)
    }

    /// Steps 4.e and 4.f: literals take the string category if any candidate does, then the type that all others have.
    private func resolveUnknownLiterals(_ indices: [Int], _ candidates: [[UInt32]], _ bases: [UInt32])
        -> [Int]
    {
        var wanted: [Int: (category: Character, preferred: Bool)] = [:]
        var isResolved = true
        for position in bases.indices where bases[position] == TypeID.unknownLiteral {
            let parameters = indices.map { candidates[$0][position] }
            let categories = Set(parameters.map(coercion.category))
            guard
                let category = categories.contains("S") ? "S" : categories.count == 1 ? categories.first : nil
            else {
                isResolved = false
                break
            }
            wanted[position] = (
                category,
                parameters.contains { coercion.category($0) == category && coercion.isPreferred($0) }
            )
        }
        var remaining = indices
        if isResolved {
            let kept = indices.filter { index in
                wanted.allSatisfy { position, rule in
                    let parameter = candidates[index][position]
                    return coercion.category(parameter) == rule.category
                        && (!rule.preferred || coercion.isPreferred(parameter))
                }
            }
            if !kept.isEmpty { remaining = kept }
            if remaining.count == 1 { return remaining }
        }
        let known = Set(bases.filter { $0 != TypeID.unknownLiteral })
        if known.count == 1, let type = known.first {
            let kept = remaining.filter { index in
                zip(bases, candidates[index]).allSatisfy {
                    $0 != TypeID.unknownLiteral || coercion.isImplicit(from: type, to: $1)
                }
            }
            if kept.count == 1 { return kept }
        }
        return remaining
    }
}
