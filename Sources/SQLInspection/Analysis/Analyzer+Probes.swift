extension Analyzer {
    /// A column that is compared or measured can be guessed value by value wherever in the statement that happens: `email LIKE 'a%'`
    /// among the outputs answers what the same words in WHERE answer. So its use is that of a predicate.
    ///
    /// - Parameters:
    ///   - operands: what is compared or measured.
    ///   - result: the type of the answer: a boolean or a number.
    func noteProbe(of operands: [Value], result: UInt32) throws(InspectionFailure) {
        let type = catalog.baseType(result)
        guard type == TypeID.boolean || TypeID.numbers.contains(type) else { return }
        try using(.predicate) { () throws(InspectionFailure) in
            for operand in operands { touch(operand.lineage) }
        }
    }

    /// A number that is cast to another kind of number is still itself; a text that becomes one is measured.
    func noteProbe(ofCast value: Value, to target: UInt32) throws(InspectionFailure) {
        if TypeID.numbers.contains(catalog.baseType(value.type)) { return }
        try noteProbe(of: [value], result: target)
    }

    /// Routines whose text tells how like one another values are, rather than what they are.
    static let likenesses: Set<String> = [
        "soundex", "text_soundex", "metaphone", "dmetaphone", "dmetaphone_alt",
    ]
}
