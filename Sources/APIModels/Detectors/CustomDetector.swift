/// What a match of a custom detector has to be besides.
package enum MatchCheck: String, Hashable, Sendable, Codable, CaseIterable {
    /// Its digits pass the check of ISO/IEC 7812-1.
    case luhn
    /// Its letters and digits are 1 modulo 97 with the first four moved to the end (ISO 7064, as an IBAN).
    case mod97
}

/// A detector that an admin has made: `PUT /v1/detectors/{name}`.
package struct DetectorSpec: Hashable, Sendable, Codable {
    /// As policies name it: 1 to 63 of a-z, 0-9 and _.
    package var name: String
    /// A regular expression in the syntax of PCRE, without what needs backtracking.
    package var pattern: String
    package var check: MatchCheck?
    /// Words of which one has to stand in the 48 bytes before a match; without any, none has to.
    package var context: [String]

    package init(name: String, pattern: String, check: MatchCheck? = nil, context: [String] = []) {
        self.name = name
        self.pattern = pattern
        self.check = check
        self.context = context
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try fields.decode(String.self, forKey: .name),
            pattern: try fields.decode(String.self, forKey: .pattern),
            check: try fields.decodeIfPresent(MatchCheck.self, forKey: .check),
            context: try fields.decodeIfPresent([String].self, forKey: .context) ?? [])
    }
}

extension DetectorSpec: CrossFieldValidated {
    /// Long enough for any number or key; what is longer is a list.
    package static let maximumPatternLength = 1_000
    package static let maximumContextWords = 32

    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if !MaskTarget.isDetectorName(name) {
            report(["name"], InvalidValue("must be 1 to 63 characters of a-z, 0-9 and _"))
        }
        if !(1...Self.maximumPatternLength).contains(pattern.utf8.count) || pattern.utf8.contains(0) {
            let detail = "must be 1 to \(Self.maximumPatternLength) bytes, none of them 0"
            report(["pattern"], InvalidValue(detail, code: .outOfRange))
        }
        if context.count > Self.maximumContextWords {
            let detail = "must have at most \(Self.maximumContextWords) entries"
            report(["context"], InvalidValue(detail, code: .tooLong))
        }
        for (index, word) in context.enumerated() where !Self.isWord(word) {
            report(["context", "\(index)"], InvalidValue("must be 2 to 40 letters of a-z"))
        }
    }

    private static func isWord(_ text: String) -> Bool {
        (2...40).contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= 0x61 && $0 <= 0x7a }
    }
}

/// A custom detector as the API shows it.
package struct CustomDetector: Hashable, Sendable, Codable {
    package var id: DetectorID
    package var name: String
    package var pattern: String
    package var check: MatchCheck?
    package var context: [String]
    package var revision: Int64
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: DetectorID, revision: Int64, spec: DetectorSpec, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        name = spec.name
        pattern = spec.pattern
        check = spec.check
        context = spec.context
        self.revision = revision
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    package var spec: DetectorSpec {
        DetectorSpec(name: name, pattern: pattern, check: check, context: context)
    }
}
