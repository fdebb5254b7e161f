/// What masking knows about a type. A kind that is `opaque` is never passed in part: masked, it becomes NULL.
package indirect enum ValueKind: Sendable, Equatable {
    case text
    /// At most so many bytes, as `name` and `"char"`.
    case boundedText(Int)
    /// Text in which letters and marks must stay what they are.
    case xml
    case integer(bytes: Int, isSigned: Bool)
    case numeric
    case float(bytes: Int)
    case boolean
    case date
    case timestamp(hasZone: Bool)
    case time(hasZone: Bool)
    /// `cidr` where it is a network, else `inet`.
    case network(isNetwork: Bool)
    /// `macaddr` and `macaddr8`.
    case hardwareAddress(bytes: Int)
    case bits
    case uuid
    case json
    case jsonb
    case bytea
    case array(of: ValueKind, elementType: UInt32)
    /// The kinds of the fields; nil for a record, whose text does not tell them.
    case composite([ValueKind]?)
    /// Its labels, in their order.
    case enumeration([[UInt8]])
    case opaque

    /// The kind of a built-in type, by its OID in pg_type.dat.
    package init(type: UInt32) {
        switch type {
        case 25, 1042, 1043, 705, 1790, 2275: self = .text
        case 142: self = .xml
        case 19: self = .boundedText(63)
        case 21: self = .integer(bytes: 2, isSigned: true)
        case 23: self = .integer(bytes: 4, isSigned: true)
        case 20: self = .integer(bytes: 8, isSigned: true)
        case 26: self = .integer(bytes: 4, isSigned: false)
        case 1700: self = .numeric
        case 700: self = .float(bytes: 4)
        case 701: self = .float(bytes: 8)
        case 16: self = .boolean
        case 1082: self = .date
        case 1114: self = .timestamp(hasZone: false)
        case 1184: self = .timestamp(hasZone: true)
        case 1083: self = .time(hasZone: false)
        case 1266: self = .time(hasZone: true)
        case 869: self = .network(isNetwork: false)
        case 650: self = .network(isNetwork: true)
        case 829: self = .hardwareAddress(bytes: 6)
        case 774: self = .hardwareAddress(bytes: 8)
        case 1560, 1562: self = .bits
        case 2950: self = .uuid
        case 114: self = .json
        case 3802: self = .jsonb
        case 17: self = .bytea
        case 2249: self = .composite(nil)
        default:
            guard let element = Self.elementTypes[type] else {
                self = .opaque
                return
            }
            self = .array(of: ValueKind(type: element), elementType: element)
        }
    }

    /// Whether detectors look into its values; numbers, dates and the like are not text.
    package var holdsText: Bool {
        switch self {
        case .text, .boundedText, .xml, .json, .jsonb, .opaque, .network: true
        case .array(let element, _): element.holdsText
        case .composite(let fields): fields?.contains(where: \.holdsText) ?? true
        case .integer, .numeric, .float, .boolean, .date, .timestamp, .time, .hardwareAddress, .bits, .uuid,
            .bytea, .enumeration:
            false
        }
    }

    /// Array type → element type.
    private static let elementTypes: [UInt32: UInt32] = [
        1000: 16, 1001: 17, 1003: 19, 1016: 20, 1005: 21, 1007: 23, 1009: 25, 1028: 26, 199: 114, 143: 142,
        1021: 700,
        1022: 701, 1014: 1042, 1015: 1043, 1182: 1082, 1115: 1114, 1185: 1184, 1231: 1700, 2951: 2950,
        3807: 3802,
        1183: 1083, 1270: 1266, 1041: 869, 651: 650, 1040: 829, 775: 774, 1561: 1560, 1563: 1562,
        1263: 2275, 2201: 1790, 2287: 2249,
    ]
}
