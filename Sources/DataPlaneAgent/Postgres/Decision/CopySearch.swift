internal import Masking
internal import PostgresWire
internal import SQLInspection

/// Searches the rows of a COPY FROM STDIN, as they come, for masked values that come back.
final class CopySearch {
    let run: StatementRun
    private var rows: CopyMasker
    /// Whether anything is looked for in a column.
    private let isSearched: [Bool]
    private let isText: Bool

    init(_ response: CopyResponse, of run: StatementRun, _ desk: DecisionDesk) throws(MaskingFailure) {
        let statements = run.plan.inspection.statements
        guard statements.indices.contains(run.statementIndex),
            let source = statements[run.statementIndex].copyIn, source.columns.count == response.columnCount,
            let options = CopyOptions(source.layout), (response.format == .binary) == (options == .binary)
        else { throw .unsupportedCopy }
        self.run = run
        isText = response.format == .text
        let format: CellFormat = isText ? .text : .binary
        let forms = source.columns.map { run.plan.writeGuard.forms(for: $0, under: run.plan, desk) }
        isSearched = forms.map { !$0.isEmpty }
        // The first one is read in any case, for the line that ends the rows.
        rows = try CopyMasker(
            options,
            columns: forms.enumerated().map { number, forms in
                forms.isEmpty && number > 0
                    ? .pass : ColumnMask(type: 0, format: format, rule: .search(forms))
            })
    }

    /// Why the rows may not go on; nil when nothing was found in what has come so far.
    func obstacle(in data: Span<UInt8>) -> Report? {
        var ignored: [UInt8] = []
        do throws(MaskingFailure) {
            try rows.rewrite(data, into: &ignored)
        } catch {
            return .unreadableRows
        }
        let isFound = zip(rows.maskedCells, isSearched).contains { $0 > 0 && $1 }
        return isFound ? run.plan.writeGuard.valueRefusal : nil
    }

    /// The same when the rows have ended, perhaps without the end of the last line.
    func obstacleAtEnd() -> Report? {
        rows.isComplete || !isText ? nil : obstacle(in: [0x0a].span)
    }
}

extension StatementPlan {
    /// It reads rows from the client.
    var copiesIn: Bool { inspection.statements.contains { $0.copyIn != nil } }

    /// What it reads is searched for masked values.
    var searchesCopyIn: Bool { writeGuard.looksAtValues && copiesIn }
}

extension Report {
    static var unsearchableCopy: Report {
        Report(
            .error, .insufficientPrivilege,
            "the rows of this COPY cannot be searched for masked values: an option is not known, or the encoding is not UTF8",
            hint: "Leave the option out.")
    }

    static var unreadableRows: Report {
        Report(
            .error, .insufficientPrivilege,
            "the rows of this COPY cannot be searched for masked values: they do not have the form that the statement says",
            hint: "Check the delimiter, the quotes and the number of fields.")
    }
}
