extension Analyzer {
    /// A column that is compared or measured can be guessed value by value wherever in the statement that happens: `email LIKE 'a%'`
    /// among the outputs answers what the same words in WHERE answer. So its use is that of a predicate.
    ///
    /// - Parameters:
    ///   - operands: what is compared or measured.
    ///   - result: the type of the answer. A boolean answers for all operands; a number for those that are none themselves.
    func noteProbe(of operands: [Value], result: UInt32) throws(InspectionFailure) {
        let type = catalog.baseType(result)
        guard type == TypeID.boolean || TypeID.numbers.contains(type) else { return }
        try using(.predicate) { () throws(InspectionFailure) in
            for operand in operands
            where type == TypeID.boolean || !TypeID.numbers.contains(catalog.baseType(operand.type)) {
                touch(operand.lineage)
            }
        }
    }
}
