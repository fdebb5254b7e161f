internal import Masking
internal import Policy
internal import PostgresWire

/// What becomes of texts that come beside rows: of errors, notices, notifications and settings.
struct TextMask {
    /// They may hold values of masked columns: nothing of them is shown.
    private let hidesAll: Bool
    private let detectors: (set: DetectorSet, method: MaskMethod)?

    /// Nothing is shown.
    static var hiding: TextMask { TextMask() }

    private init() {
        hidesAll = true
        detectors = nil
    }

    /// Of what comes while a statement runs; `plan` nil for what comes between statements.
    init(_ plan: StatementPlan?, _ desk: DecisionDesk) {
        hidesAll = plan?.hidesTexts ?? false
        detectors = plan.flatMap { desk.detectors(of: $0.decision.masks) }
    }

    /// Of notifications to a session that LISTENs under `plan`.
    init(payloadsUnder plan: StatementPlan?, _ desk: DecisionDesk) {
        hidesAll = plan?.decision.masks.coversColumns ?? false
        detectors = plan.flatMap { desk.detectors(of: $0.decision.masks) }
    }

    /// The report in the place of an error's, or nil when it may be shown as it is.
    func replacement(ofError body: Span<UInt8>) -> Report? {
        if hidesAll { return (try? Report(decoding: body))?.withheld }
        return masked(body)
    }

    func replacement(ofNotice body: Span<UInt8>) -> Report? {
        hidesAll ? .withheldNotice : masked(body)
    }

    /// A setting's new value, or nil when it may be shown as it is. What may be of a masked column becomes empty.
    func replacement(of value: Span<UInt8>) -> [UInt8]? {
        if hidesAll { return [] }
        guard let detectors else { return nil }
        var masked: [UInt8] = []
        return detectors.set.mask(value, detectors.method, into: &masked) > 0 ? masked : nil
    }

    /// The report with what detectors find in its texts masked; nil when they find nothing in any field.
    private func masked(_ body: Span<UInt8>) -> Report? {
        guard let detectors, let fields = try? ReportFields(decoding: body),
            var report = try? Report(decoding: body)
        else { return nil }
        var isFound = false
        func mask(_ field: ReportField) -> String? {
            guard let range = fields.text(field) else { return nil }
            var text: [UInt8] = []
            let found = detectors.set.mask(body.extracting(range), detectors.method, into: &text)
            isFound = isFound || found > 0
            return String(decoding: text, as: UTF8.self)
        }
        report.message = mask(.message) ?? ""
        report.detail = mask(.detail)
        report.hint = mask(.hint)
        // Fields that a report of ours does not repeat.
        for field in [ReportField.internalQuery, .context, .schema, .table, .column, .dataType, .constraint] {
            _ = mask(field)
        }
        return isFound ? report : nil
    }
}
