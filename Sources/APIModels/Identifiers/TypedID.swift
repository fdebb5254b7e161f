/// Says whose id it is: the prefix of its text.
package protocol IDKind: Sendable {
    /// Three lower-case letters.
    static var prefix: String { get }
}

/// The id of one thing of ours: a UUIDv7 (RFC 9562, section 5.7), written as `res_` and 26 characters of
/// Crockford base32.
///
/// Ids sort by the time at which they were made.
package struct TypedID<Kind: IDKind>: Hashable, Sendable {
    // Two words and not one `UInt128`: async functions that get one on the stack are miscompiled (Swift 6.3, x86-64).
    private let high: UInt64
    private let low: UInt64

    package var rawValue: UInt128 { UInt128(high) << 64 | UInt128(low) }

    /// A new id. The 74 lowest bits of `random` are used.
    package init(at time: Timestamp, random: UInt128) {
        let milliseconds = UInt128(UInt64(max(0, time.milliseconds)) & 0xFFFF_FFFF_FFFF)
        let randomA = random >> 62 & 0xFFF
        let randomB = random & 0x3FFF_FFFF_FFFF_FFFF
        self.init(rawValue: milliseconds << 80 | 0x7 << 76 | randomA << 64 | 0b10 << 62 | randomB)
    }

    package init(at time: Timestamp, using generator: inout some RandomNumberGenerator) {
        self.init(at: time, random: UInt128(generator.next()) << 64 | UInt128(generator.next()))
    }

    /// The id that a database or a record stores as 16 bytes.
    package init(rawValue: UInt128) {
        high = UInt64(truncatingIfNeeded: rawValue >> 64)
        low = UInt64(truncatingIfNeeded: rawValue)
    }

    /// From 16 bytes, most significant first; nil for any other number of bytes.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.init(rawValue: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }

    /// 16 bytes, most significant first.
    package var bytes: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: rawValue >> (120 - 8 * $0)) } }

    /// The text without the prefix: 26 characters.
    package var encoded: String { CrockfordBase32.encode(rawValue) }

    package init?(encoded text: some StringProtocol) {
        guard let rawValue = CrockfordBase32.decode(text) else { return nil }
        self.init(rawValue: rawValue)
    }

    /// The form in which PostgreSQL's `uuid` type is written.
    package var uuidText: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index & 15))) & 15
            text.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
        }
        return String(decoding: text, as: UTF8.self)
    }

    package init?(uuidText: some StringProtocol) {
        let digits = uuidText.utf8.filter { $0 != UInt8(ascii: "-") }
        guard uuidText.utf8.count == 36, digits.count == 32,
            let rawValue = UInt128(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        self.init(rawValue: rawValue)
    }

    /// When the id was made.
    package var time: Timestamp { Timestamp(milliseconds: Int64(truncatingIfNeeded: rawValue >> 80)) }
}

extension TypedID: JSONText {
    package init(text: String) throws(InvalidValue) {
        let prefix = Kind.prefix + "_"
        guard text.hasPrefix(prefix), let id = Self(encoded: text.dropFirst(prefix.count)) else {
            throw InvalidValue("must be an id of the form \(prefix)…")
        }
        self = id
    }

    package init?(_ text: String) {
        guard let id = try? Self(text: text) else { return nil }
        self = id
    }

    package var description: String { CrockfordBase32.encode(rawValue, behind: Kind.prefix + "_") }

    package static var placeholder: Self { Self(rawValue: 0) }
}

extension TypedID: Comparable {
    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
