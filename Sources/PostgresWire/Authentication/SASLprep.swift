import Foundation

/// SASLprep (RFC 4013) as PostgreSQL does it in src/common/saslprep.c: ASCII stays as it is, and a password that
/// SASLprep does not allow is used unprepared.
enum SASLprep {
    static func prepare(_ password: String) -> [UInt8] {
        let bytes = Array(password.utf8)
        guard bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
        var mapped = String.UnicodeScalarView()
        for scalar in password.unicodeScalars {
            if contains(SASLprepTables.spaces, scalar) {
                mapped.append(" ")
            } else if !contains(SASLprepTables.mappedToNothing, scalar) {
                mapped.append(scalar)
            }
        }
        let normalized = String(mapped).precomposedStringWithCompatibilityMapping
        return isAllowed(normalized.unicodeScalars) ? Array(normalized.utf8) : bytes
    }

    private static func isAllowed(_ scalars: String.UnicodeScalarView) -> Bool {
        guard let first = scalars.first, let last = scalars.last else { return false }
        let isASCIIControl = { (scalar: Unicode.Scalar) in scalar.value < 0x20 || scalar.value == 0x7f }
        for scalar in scalars {
            if isASCIIControl(scalar) || contains(SASLprepTables.prohibited, scalar)
                || contains(SASLprepTables.unassigned, scalar)
            {
                return false
            }
        }
        // RFC 3454, section 6: right-to-left text begins and ends so, and holds no left-to-right character.
        guard scalars.contains(where: { contains(SASLprepTables.rightToLeft, $0) }) else { return true }
        return !scalars.contains { contains(SASLprepTables.leftToRight, $0) }
            && contains(SASLprepTables.rightToLeft, first) && contains(SASLprepTables.rightToLeft, last)
    }

    /// Binary search over pairs of first and last.
    private static func contains(_ table: [UInt32], _ scalar: Unicode.Scalar) -> Bool {
        var low = 0
        var high = table.count / 2
        while low < high {
            let middle = (low + high) / 2
            if scalar.value > table[2 * middle + 1] {
                low = middle + 1
            } else if scalar.value < table[2 * middle] {
                high = middle
            } else {
                return true
            }
        }
        return false
    }
}
