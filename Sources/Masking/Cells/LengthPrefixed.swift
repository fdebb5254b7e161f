extension [UInt8] {
    /// Appends the value behind a length word (-1 for NULL) as arrays and composites have them in binary, with what `transform`
    /// makes of it in its place, and moves `offset` behind it. NULL stays; a value that becomes NULL has no bytes.
    ///
    /// - Returns: What became of the value; nil when the length does not fit the cell.
    mutating func appendLengthPrefixed(
        of cell: Span<UInt8>, at offset: inout Int, _ transform: (Span<UInt8>, inout [UInt8]) -> CellOutcome
    ) -> CellOutcome? {
        guard cell.count - offset >= 4 else { return nil }
        let word = Int32(bitPattern: cell.bigEndianUInt32(at: offset))
        guard word >= -1, word == -1 || Int(word) <= cell.count - offset - 4 else { return nil }
        let value = (offset + 4)..<(offset + 4 + Swift.max(0, Int(word)))
        let lengthAt = count
        append(cell.extracting(offset..<value.lowerBound))
        offset = value.upperBound
        guard word >= 0 else { return .same }
        let outcome = transform(cell.extracting(value), &self)
        switch outcome {
        case .same: break
        case .masked: setBigEndian(UInt32(truncatingIfNeeded: count - lengthAt - 4), at: lengthAt)
        case .null:
            removeSubrange((lengthAt + 4)...)
            setBigEndian(UInt32.max, at: lengthAt)
        }
        return outcome
    }
}
