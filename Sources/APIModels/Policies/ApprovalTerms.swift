/// What becomes of a statement that needs an approval.
package enum ApprovalMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// It waits on its connection.
    case hold
    /// It is refused at once, and runs when it comes again after the approval.
    case ticket
}

/// How often an approval may be used: `"once"`, or `{"window": "30m"}` for as long as that after the
/// decision.
package enum ApprovalReuse: Hashable, Sendable, Codable {
    case once
    case window(DurationText)

    private enum CodingKeys: String, CodingKey { case window }

    package init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: CodingKeys.self) {
            self = .window(try fields.decode(DurationText.self, forKey: .window))
        } else {
            let word = try decoder.singleValueContainer().decode(String.self)
            guard word == "once" else { throw InvalidValue("must be \"once\" or {\"window\": \"30m\"}") }
            self = .once
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .once:
            var container = encoder.singleValueContainer()
            try container.encode("once")
        case .window(let duration):
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(duration, forKey: .window)
        }
    }
}

/// Who must approve a statement, and how.
package struct ApprovalTerms: Hashable, Sendable, Codable {
    /// Groups, any member of which may review.
    package var reviewers: [String]
    /// How many different people must approve.
    package var required: Int
    package var timeout: DurationText
    package var mode: ApprovalMode
    package var reuse: ApprovalReuse

    package init(
        reviewers: [String], required: Int, timeout: DurationText, mode: ApprovalMode, reuse: ApprovalReuse
    ) {
        self.reviewers = reviewers
        self.required = required
        self.timeout = timeout
        self.mode = mode
        self.reuse = reuse
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        reviewers = try fields.decode([String].self, forKey: .reviewers)
        required = try fields.decodeIfPresent(Int.self, forKey: .required) ?? 1
        timeout = try fields.decodeIfPresent(DurationText.self, forKey: .timeout) ?? .minutes(15)
        mode = try fields.decodeIfPresent(ApprovalMode.self, forKey: .mode) ?? .hold
        reuse = try fields.decodeIfPresent(ApprovalReuse.self, forKey: .reuse) ?? .once
    }
}

extension ApprovalTerms: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        ApprovalTerms.check(reviewers, required, timeout, report)
        if case .window(let window) = reuse,
            window.milliseconds == 0 || window > PolicyLimits.longestApprovalTimeout
        {
            report(["reuse", "window"], InvalidValue("must be from 1s to 168h", code: .outOfRange))
        }
    }

    static func check(
        _ reviewers: [String], _ required: Int, _ timeout: DurationText,
        _ report: (_ field: [String], _ error: InvalidValue) -> Void
    ) {
        if reviewers.isEmpty {
            report(["reviewers"], InvalidValue("must name at least one group", code: .outOfRange))
        }
        TextCheck.terms(reviewers, at: ["reviewers"], maximumCount: PolicyLimits.reviewers, report)
        if !(1...PolicyLimits.requiredReviews).contains(required) {
            let detail = "must be from 1 to \(PolicyLimits.requiredReviews)"
            report(["required"], InvalidValue(detail, code: .outOfRange))
        }
        if timeout.milliseconds == 0 || timeout > PolicyLimits.longestApprovalTimeout {
            report(["timeout"], InvalidValue("must be from 1s to 168h", code: .outOfRange))
        }
    }
}

/// Who must approve an access request.
package struct AccessApprovalTerms: Hashable, Sendable, Codable {
    package var reviewers: [String]
    package var required: Int
    package var timeout: DurationText

    package init(reviewers: [String], required: Int, timeout: DurationText) {
        self.reviewers = reviewers
        self.required = required
        self.timeout = timeout
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        reviewers = try fields.decode([String].self, forKey: .reviewers)
        required = try fields.decodeIfPresent(Int.self, forKey: .required) ?? 1
        timeout = try fields.decodeIfPresent(DurationText.self, forKey: .timeout) ?? .minutes(30)
    }
}

extension AccessApprovalTerms: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        ApprovalTerms.check(reviewers, required, timeout, report)
    }
}

/// How access is requested under an `on_request` policy.
package struct PolicyRequestTerms: Hashable, Sendable, Codable {
    package var maxDuration: DurationText
    /// Absent: every request is granted at once.
    package var approval: AccessApprovalTerms?

    package init(maxDuration: DurationText, approval: AccessApprovalTerms? = nil) {
        self.maxDuration = maxDuration
        self.approval = approval
    }
}

extension PolicyRequestTerms: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if maxDuration.milliseconds == 0 || maxDuration > PolicyLimits.longestRequest {
            report(["max_duration"], InvalidValue("must be from 1s to 8760h", code: .outOfRange))
        }
    }
}
