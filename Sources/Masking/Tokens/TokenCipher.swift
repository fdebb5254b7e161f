/// A keyed permutation of short sequences of digits: what makes tokens. Every digit has a radix of its own, and a sequence
/// becomes another one of the same radices.
///
/// It is a Feistel network of ten rounds, as FF1 (NIST SP 800-38G) is, over the product of the groups of integers modulo
/// each radix: in turn, one half of the sequence is added to by a pseudorandom function of the other half and of the
/// radices. HMAC-SHA-256 is the function. What is added can be subtracted, so whoever holds the key can go back.
struct TokenCipher {
    enum Direction {
        case tokenizing
        case detokenizing
    }

    /// The longest sequence: beyond it a value is no identifier, and the cost grows with its length.
    static let maximumLength = 1_024
    private static let rounds: UInt8 = 10

    let key: MaskKey
    let direction: Direction

    /// - Parameter domain: keeps sequences of different meaning apart.
    func permute(_ digits: inout [UInt32], radices: [UInt32], domain: Domain) {
        guard digits.count == radices.count, !digits.isEmpty else { return }
        if digits.count == 1 {
            // A network of one place would add the same to every digit: who knows one token would know all.
            digits[0] = UInt32(permute(Int(digits[0]), below: Int(radices[0]), domain: domain))
            return
        }
        let middle = digits.count / 2
        var prefix: [UInt8] = [domain.rawValue]
        for radix in radices { prefix.appendBigEndian(radix) }
        let keyed = key.prefixed(.token, prefix.span)
        for step in 0..<Self.rounds {
            let round = direction == .tokenizing ? step : Self.rounds - 1 - step
            let changed = round.isMultiple(of: 2) ? 0..<middle : middle..<digits.count
            let other = round.isMultiple(of: 2) ? middle..<digits.count : 0..<middle
            var input: [UInt8] = [round]
            for index in other { input.appendBigEndian(digits[index]) }
            add(keyed, input, to: &digits, changed, radices)
        }
    }

    /// Eight draws of 32 bits come from one code: for a radix of 20 bits, the largest, the bias is below 1 in 4,000, for
    /// digits and letters below 1 in 100 million.
    private func add(
        _ keyed: PrefixedCode, _ input: [UInt8], to digits: inout [UInt32], _ changed: Range<Int>,
        _ radices: [UInt32]
    ) {
        var block: [UInt8] = []
        for (offset, index) in changed.enumerated() {
            if offset.isMultiple(of: 8) {
                var counted = input
                counted.appendBigEndian(UInt32(truncatingIfNeeded: offset / 8))
                block = keyed.code(counted.span)
            }
            let radix = UInt64(radices[index])
            let random = UInt64(block.span.bigEndianUInt32(at: 4 * (offset % 8))) % radix
            let added = direction == .tokenizing ? random : radix - random
            digits[index] = UInt32(truncatingIfNeeded: (UInt64(digits[index]) + added) % radix)
        }
    }

    /// The same for one number of a range: walks on until it is inside (cycle walking).
    func permute(_ number: Int, below bound: Int, domain: Domain) -> Int {
        guard bound > 1, number >= 0, number < bound else { return number }
        var bits = 1
        while 1 << (2 * bits) < bound { bits += 1 }
        let radix = UInt32(1) << UInt32(bits)
        var current = number
        repeat {
            var halves = [
                UInt32(truncatingIfNeeded: current >> bits),
                UInt32(truncatingIfNeeded: current) & (radix - 1),
            ]
            permute(&halves, radices: [radix, radix], domain: domain)
            current = Int(halves[0]) << bits | Int(halves[1])
        } while current >= bound
        return current
    }

    enum Domain: UInt8 {
        case text = 1
        case number = 2
        case date = 3
        case time = 4
        case fraction = 5
        case uuid = 6
        case bytes = 7
        case label = 8
        case network = 9
        case bits = 10
    }
}
