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
    case interval
    case money
    /// Of bounds that have an order (`hasOrder`).
    case range(of: ValueKind)
    case multirange(of: ValueKind)
    case hstore
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
        case 1186: self = .interval
        case 790: self = .money
        case 2249: self = .composite(nil)
        default:
            if let element = Self.elementTypes[type] {
                self = .array(of: ValueKind(type: element), elementType: element)
            } else if let bound = Self.rangeTypes[type] {
                self = .range(of: ValueKind(type: bound))
            } else if let bound = Self.multirangeTypes[type] {
                self = .multirange(of: ValueKind(type: bound))
            } else {
                self = .opaque
            }
        }
    }

    /// Whether detectors look into its values; numbers, dates and the like are not text.
    package var holdsText: Bool {
        switch self {
        case .text, .boundedText, .xml, .hstore, .json, .jsonb, .opaque, .network: true
        case .array(let element, _): element.holdsText
        case .composite(let fields): fields?.contains(where: \.holdsText) ?? true
        case .integer, .numeric, .float, .boolean, .date, .timestamp, .time, .hardwareAddress, .bits, .uuid,
            .interval, .money, .range, .multirange, .bytea, .enumeration:
            false
        }
    }

    /// Whether a number can be a value of it, or a part of one.
    package var mayHoldNumbers: Bool {
        switch self {
        case .text, .boundedText, .xml, .boolean, .date, .timestamp, .time, .network, .hardwareAddress, .bits,
            .uuid, .interval, .bytea, .enumeration:
            false
        case .integer, .numeric, .float, .money, .range, .multirange, .hstore, .json, .jsonb, .opaque: true
        case .array(let element, _): element.mayHoldNumbers
        case .composite(let fields): fields?.contains(where: \.mayHoldNumbers) ?? true
        }
    }

    /// Array type → element type.
    private static let elementTypes: [UInt32: UInt32] = [
        1000: 16, 1001: 17, 1003: 19, 1016: 20, 1005: 21, 1007: 23, 1009: 25, 1028: 26, 199: 114, 143: 142,
        1021: 700,
        1022: 701, 1014: 1042, 1015: 1043, 1182: 1082, 1115: 1114, 1185: 1184, 1231: 1700, 2951: 2950,
        3807: 3802,
        1183: 1083, 1270: 1266, 1041: 869, 651: 650, 1040: 829, 775: 774, 1561: 1560, 1563: 1562,
        1263: 2275, 2201: 1790, 2287: 2249, 1187: 1186, 791: 790, 3905: 3904, 3907: 3906, 3909: 3908,
        3911: 3910, 3913: 3912, 3927: 3926, 6150: 4451, 6151: 4532, 6152: 4533, 6153: 4534, 6155: 4535,
        6157: 4536,
    ]

    /// Range type → type of its bounds.
    private static let rangeTypes: [UInt32: UInt32] = [
        3904: 23, 3906: 1700, 3908: 1114, 3910: 1184, 3912: 1082, 3926: 20,
    ]

    /// Multirange type → type of the bounds of its ranges.
    private static let multirangeTypes: [UInt32: UInt32] = [
        4451: 23, 4532: 1700, 4533: 1114, 4534: 1184, 4535: 1082, 4536: 20,
    ]
}
