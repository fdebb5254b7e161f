/// The options of EXPLAIN, COPY and the like: `DefElem` nodes.
extension Node {
    /// Whether a boolean option is on (defGetBoolean).
    var optionIsOn: Bool {
        guard node(.arg) != nil else {
            ignore(.defnamespace, .defaction)
            return true
        }
        return ["true", "on", "t", "yes", "1"].contains((optionText ?? "").lowercased())
    }

    /// The value of an option as it would be written; nil when it has none, or one that is no single word or text.
    var optionText: String? {
        ignore(.defnamespace, .defaction)
        guard let argument = node(.arg) else { return nil }
        switch argument.kind {
        case .string: return argument.stringValue
        case .integer: return String(argument.number(.ival))
        case .boolean: return argument.flag(.boolval) ? "true" : "false"
        case .aConst:
            if let number = argument.node(.ival) { return String(number.number(.ival)) }
            if let boolean = argument.node(.boolval) { return boolean.flag(.boolval) ? "true" : "false" }
            return argument.node(.sval).map { $0.text(.sval) ?? "" }
        default:
            argument.markAll()
            return nil
        }
    }
}

extension CopyLayout {
    /// Reads the options of a COPY, in either of the two ways that they can be written.
    init(_ options: NodeList) {
        self.init()
        for option in options {
            let value = option.optionText
            switch option.text(.defname) {
            case "format": format(value)
            case "delimiter": delimiter = byte(value)
            case "null": null = value
            case "quote": quote = byte(value)
            case "escape": escape = byte(value)
            case "header": hasHeader = option.optionIsOn || value == "match"
            case "encoding":
                let name = (value ?? "").lowercased().filter { $0 != "-" && $0 != "_" }
                if name != "utf8" && name != "unicode" { isReadable = false }
            // Which fields are quoted shows in the fields; the others are about reading.
            case "force_quote", "force_not_null", "force_null", "freeze": break
            default: isReadable = false
            }
        }
    }

    private mutating func format(_ name: String?) {
        switch name {
        case "text": format = .text
        case "csv": format = .csv
        case "binary": format = .binary
        default: isReadable = false
        }
    }

    private mutating func byte(_ text: String?) -> UInt8? {
        guard let text, text.utf8.count == 1 else {
            isReadable = false
            return nil
        }
        return text.utf8.first
    }
}
