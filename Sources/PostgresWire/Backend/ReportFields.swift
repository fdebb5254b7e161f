/// The fields of an ErrorResponse ('E') or NoticeResponse ('N') where they lie: code, text, …, terminator
/// (manual, 55.8 "Error and Notice Message Fields").
package struct ReportFields: Sendable, Equatable {
    package struct Field: Sendable, Equatable {
        package let code: UInt8
        package let text: Range<Int>
    }

    package let fields: [Field]

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        var fields: [Field] = []
        while true {
            let code = try reader.uint8(body)
            if code == 0 { break }
            fields.append(Field(code: code, text: try reader.string(body)))
        }
        try reader.finish()
        self.fields = fields
    }

    package func text(_ code: ReportField) -> Range<Int>? {
        fields.first { $0.code == code.rawValue }?.text
    }
}

/// The field codes that this gateway reads or writes.
package enum ReportField: UInt8, Sendable, CaseIterable {
    case localizedSeverity = 0x53  // S
    case severity = 0x56  // V
    case sqlState = 0x43  // C
    case message = 0x4d  // M
    case detail = 0x44  // D
    case hint = 0x48  // H
    case position = 0x50  // P
    case internalPosition = 0x70  // p
    case internalQuery = 0x71  // q
    case context = 0x57  // W
    case schema = 0x73  // s
    case table = 0x74  // t
    case column = 0x63  // c
    case dataType = 0x64  // d
    case constraint = 0x6e  // n
    case file = 0x46  // F
    case line = 0x4c  // L
    case routine = 0x52  // R
}
