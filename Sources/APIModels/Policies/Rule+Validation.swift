extension Rule: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        matcher.validate(report)
        switch consequence {
        case .allow, .requireApproval: break
        case .deny(let reason):
            if let reason, let error = TextCheck.line(reason, maximum: PolicyLimits.reasonLength) {
                report(["reason"], error)
            }
        case .mask(let target, _): target.validate(report)
        case .limit(let limits): limits.validate(report)
        }
    }
}

extension RuleMatcher {
    fileprivate func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let actions {
            if actions.isEmpty { report(["actions"], Self.emptyList) }
            if actions.contains(.unknown) {
                let detail = "unknown counts as admin: name admin instead"
                report(["actions"], InvalidValue(detail))
            }
        }
        Self.check(tables, "tables", report)
        for (index, table) in (tables ?? []).enumerated() where !Self.isQualified(table.description) {
            let detail = "must name a schema, as in \"public.\(table)\", or be a pattern"
            report(["tables", "\(index)"], InvalidValue(detail))
        }
        Self.check(touches, "touches", report)
        TextCheck.terms(touches ?? [], at: ["touches"], maximumCount: PolicyLimits.patterns, report)
        Self.check(functions, "functions", report)
        Self.check(conditions, "conditions", report)
        Self.check(methods, "methods", report)
        Self.check(paths, "paths", report)
        Self.check(awsActions, "aws_actions", report)
        Self.check(awsResources, "aws_resources", report)
    }

    /// A bare `orders` would match no table, since tables are always written with their schema; a rule that
    /// never matches would go unnoticed until it is needed.
    private static func isQualified(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: ".")) || text.utf8.contains(UInt8(ascii: "*"))
    }

    private static let emptyList = InvalidValue("must have an entry, or be left out", code: .outOfRange)

    static func check(
        _ list: [some Sendable]?, _ field: String, maximum: Int = PolicyLimits.patterns,
        _ report: (_ field: [String], _ error: InvalidValue) -> Void
    ) {
        guard let list else { return }
        if list.isEmpty { report([field], emptyList) }
        if list.count > maximum {
            report([field], InvalidValue("must have at most \(maximum) entries", code: .tooLong))
        }
    }
}

extension MaskTarget {
    fileprivate func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if columns.isEmpty && tags.isEmpty && detectors.isEmpty {
            report([], InvalidValue("a mask needs columns, tags or detectors", code: .missingField))
        }
        if max(columns.count, tags.count, detectors.count) > PolicyLimits.patterns {
            let detail = "columns, tags and detectors must have at most \(PolicyLimits.patterns) entries each"
            report([], InvalidValue(detail, code: .tooLong))
        }
        for (index, column) in columns.enumerated() where !column.description.utf8.contains(UInt8(ascii: "*"))
        {
            if QualifiedName.split(column.description)?.count != 3 {
                let detail = "must be schema.table.column, or a pattern"
                report(["columns", "\(index)"], InvalidValue(detail))
            }
        }
        TextCheck.terms(tags, at: ["tags"], maximumCount: PolicyLimits.patterns, report)
        for (index, detector) in detectors.enumerated() where !Self.isDetectorName(detector) {
            let detail = "must be the name of a detector: 1 to 63 characters of a-z, 0-9 and _"
            report(["detectors", "\(index)"], InvalidValue(detail))
        }
    }

    static func isDetectorName(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension StatementLimits {
    fileprivate func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if isEmpty {
            let detail = "a limit needs max_rows, max_affected_rows, statement_timeout or max_recorded_bytes"
            report([], InvalidValue(detail, code: .missingField))
        }
        let counts = [
            ("max_rows", maxRows), ("max_affected_rows", maxAffectedRows),
            ("max_recorded_bytes", maxRecordedBytes),
        ]
        for (field, count) in counts {
            if let count, count < 0 {
                report([field], InvalidValue("must not be negative", code: .outOfRange))
            }
        }
        if let statementTimeout, statementTimeout.milliseconds == 0 || statementTimeout > .hours(24) {
            report(["statement_timeout"], InvalidValue("must be from 1ms to 24h", code: .outOfRange))
        }
    }
}
