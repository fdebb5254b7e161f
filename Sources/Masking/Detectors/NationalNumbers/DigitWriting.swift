/// Digits as they are written: in one piece, or in groups with one separator between.
struct DigitWriting {
    /// No number here has more digits or groups.
    static let maximumDigits = 18
    static let maximumGroups = 8

    private var digits = InlineArray<18, UInt8>(repeating: 0)
    /// Of each group: how many digits there are up to its end, where it ends, and the shape so far.
    private var counts = InlineArray<8, Int>(repeating: 0)
    private var ends = InlineArray<8, Int>(repeating: 0)
    private var shapes = InlineArray<8, UInt64>(repeating: 0)
    private(set) var groups = 0

    /// What begins at the digit at `start`; reads no more than the longest number has.
    init(at start: Int, _ bytes: Span<UInt8>) {
        var index = start
        var count = 0
        var separator: UInt8 = 0
        var shape: UInt64 = 0
        while groups < Self.maximumGroups {
            let first = count
            while bytes.byte(index).isDigit, count < Self.maximumDigits {
                digits[count] = bytes[index] - 0x30
                count += 1
                index += 1
            }
            guard count > first, !bytes.byte(index).isDigit else { return }
            shape = Self.shape(shape, separator, count - first)
            counts[groups] = count
            ends[groups] = index
            shapes[groups] = shape
            groups += 1
            separator = bytes.byte(index)
            guard Self.isSeparator(separator), bytes.byte(index + 1).isDigit else { return }
            index += 1
        }
    }

    /// The first `group + 1` groups as one number.
    func prefix(_ group: Int) -> (count: Int, shape: UInt64, end: Int) {
        (counts[group], shapes[group], ends[group])
    }

    subscript(_ index: Int) -> Int { Int(digits[index]) }

    /// The number that the digits of a range make.
    func number(_ range: Range<Int>) -> Int { range.reduce(0) { 10 * $0 + self[$1] } }

    static func isSeparator(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/")
    }

    /// Shapes are compared as numbers: a byte for each group, its length and the separator before it.
    private static func shape(_ shape: UInt64, _ separator: UInt8, _ length: Int) -> UInt64 {
        let sign: UInt64 =
            switch separator {
            case 0x20: 1
            case UInt8(ascii: "-"): 2
            case UInt8(ascii: "."): 3
            case UInt8(ascii: "/"): 4
            default: 0
            }
        return shape << 8 | sign << 5 | UInt64(truncatingIfNeeded: min(length, 31))
    }

    /// The shape of a sample such as `000.000.000-00`.
    static func shape(of sample: String) -> UInt64 {
        let bytes = Array(sample.utf8)
        let writing = DigitWriting(at: 0, bytes.span)
        return writing.groups == 0 ? 0 : writing.prefix(writing.groups - 1).shape
    }
}
