/// `POST /v1/resources/{name}/scan`.
package struct ScanRequest: Hashable, Sendable, Codable {
    /// Rows to look at in each table.
    package var sampleRows: Int

    package static let sampleRowsRange = 1...10_000

    package init(sampleRows: Int = 200) {
        self.sampleRows = sampleRows
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(sampleRows: try fields.decodeIfPresent(Int.self, forKey: .sampleRows) ?? 200)
    }
}

extension ScanRequest: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if !Self.sampleRowsRange.contains(sampleRows) {
            report(["sample_rows"], InvalidValue("must be from 1 to 10000", code: .outOfRange))
        }
    }
}

/// The same, as the agent is asked.
package struct AgentScanRequest: Hashable, Sendable, Codable {
    package var resource: Name
    package var sampleRows: Int

    package init(resource: Name, sampleRows: Int) {
        self.resource = resource
        self.sampleRows = sampleRows
    }
}

/// How often a detector found something in the sample of a column. Never what.
package struct ScanEvidence: Hashable, Sendable, Codable {
    package var detector: String
    /// Values in which it found something.
    package var matched: Int

    package init(detector: String, matched: Int) {
        self.detector = detector
        self.matched = matched
    }
}

/// What was found in one column.
package struct ScannedColumn: Hashable, Sendable, Codable {
    package var column: ColumnName
    /// Values that were looked at: not NULL, not empty.
    package var sampled: Int
    /// Most matches first.
    package var evidence: [ScanEvidence]

    package init(column: ColumnName, sampled: Int, evidence: [ScanEvidence]) {
        self.column = column
        self.sampled = sampled
        self.evidence = evidence
    }
}

/// What an agent found in a resource: the columns with evidence.
package struct ScanFindings: Hashable, Sendable, Codable {
    package var columns: [ScannedColumn]
    package var scannedTables: Int
    /// Tables that could not be read, or that the time did not suffice for.
    package var skippedTables: Int

    package init(columns: [ScannedColumn], scannedTables: Int, skippedTables: Int) {
        self.columns = columns
        self.scannedTables = scannedTables
        self.skippedTables = skippedTables
    }
}

/// Tags that a scan proposes for a column, and why.
package struct ColumnProposal: Hashable, Sendable, Codable {
    package var column: ColumnName
    package var tags: [String]
    package var sampled: Int
    package var evidence: [ScanEvidence]

    package init(column: ColumnName, tags: [String], sampled: Int, evidence: [ScanEvidence]) {
        self.column = column
        self.tags = tags
        self.sampled = sampled
        self.evidence = evidence
    }
}

/// The answer to `POST /v1/resources/{name}/scan`. Nothing is tagged by it.
package struct ScanResponse: Hashable, Sendable, Codable {
    package var items: [ColumnProposal]
    package var scannedTables: Int
    package var skippedTables: Int

    package init(items: [ColumnProposal], scannedTables: Int, skippedTables: Int) {
        self.items = items
        self.scannedTables = scannedTables
        self.skippedTables = skippedTables
    }
}
