/// Masks the rows of a COPY TO STDOUT: CopyData bodies in, CopyData messages out. The state lives across messages, for
/// nothing says that a message ends where a row does. What a client writes for a COPY FROM STDIN is read in the same way.
package struct CopyMasker: Sendable {
    /// The largest masked field that is held to be looked at; a larger one becomes NULL.
    package static let maximumField = 8 << 20

    private var format: any CopyFormatMasker

    /// The masks are by column as the copy lists them, in the copy's format.
    package init(_ options: CopyOptions, columns: [ColumnMask]) throws(MaskingFailure) {
        switch options {
        case .text(let delimiter, let null, let hasHeader):
            guard columns.allSatisfy({ $0.format == .text || $0.isPassed }) else { throw .unsupportedCopy }
            format = CopyTextMasker(columns: columns, delimiter: delimiter, null: null, hasHeader: hasHeader)
        case .csv(let delimiter, let null, let hasHeader, let quote, let escape):
            guard columns.allSatisfy({ $0.format == .text || $0.isPassed }) else { throw .unsupportedCopy }
            format = CopyCSVMasker(
                columns: columns, delimiter: delimiter, null: null, hasHeader: hasHeader, quote: quote,
                escape: escape)
        case .binary:
            guard columns.allSatisfy({ $0.format == .binary || $0.isPassed }) else { throw .unsupportedCopy }
            format = CopyBinaryMasker(columns: columns)
        }
    }

    /// Whether it is what ends the rows of a client in text and csv, on a line of its own.
    static func isEndOfData(_ line: [UInt8]) -> Bool {
        line[line.span.lineRange].elementsEqual(#"\."#.utf8)
    }

    /// How many cells of each column were masked so far.
    package var maskedCells: [UInt64] { format.maskedCells }

    /// Appends one whole CopyData message with what can be said after `data`, or nothing when there is nothing yet.
    /// On failure nothing is appended, and the copy must end.
    package mutating func rewrite(_ data: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure) {
        let start = out.count
        do throws(MaskingFailure) {
            out.append(UInt8(ascii: "d"))
            out.appendBigEndian(UInt32(0))
            try format.rewrite(data, into: &out)
        } catch {
            out.removeSubrange(start...)
            throw error
        }
        if out.count == start + 5 {
            out.removeSubrange(start...)
        } else {
            out.setBigEndian(UInt32(truncatingIfNeeded: out.count - start - 1), at: start + 1)
        }
    }

    /// Whether the data may end here. A client's last line may lack its end.
    package var isComplete: Bool { format.isComplete }

    /// CopyDone came: throws unless the data ended where a row does.
    package func finish() throws(MaskingFailure) {
        guard format.isComplete else { throw .malformedCopy }
    }
}

/// One of COPY's formats: raw bytes of it in and out.
protocol CopyFormatMasker: Sendable {
    var maskedCells: [UInt64] { get }
    /// Whether the data may end here.
    var isComplete: Bool { get }
    mutating func rewrite(_ data: Span<UInt8>, into out: inout [UInt8]) throws(MaskingFailure)
}
