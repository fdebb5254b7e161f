/// An IBAN (ISO 13616): country, two check digits, account; in one piece or in groups of four with blanks between. Its
/// length is the country's, and the whole is 1 modulo 97 (ISO 7064).
enum IBANPattern {
    static func match(at start: Int, _ bytes: Span<UInt8>) -> Int? {
        guard bytes.byte(start).isASCIILetter, bytes.byte(start + 1).isASCIILetter,
            bytes.byte(start + 2).isDigit,
            bytes.byte(start + 3).isDigit,
            let length = lengths[country(bytes[start], bytes[start + 1])]
        else { return nil }
        var index = start + 4
        var taken = 4
        var remainder = 0
        while taken < length {
            if taken.isMultiple(of: 4), bytes.byte(index) == 0x20, bytes.isWord(index + 1) { index += 1 }
            guard let value = value(bytes.byte(index)) else { return nil }
            remainder = (value < 10 ? 10 * remainder + value : 100 * remainder + value) % 97
            index += 1
            taken += 1
        }
        for position in start..<(start + 4) {
            guard let value = value(bytes[position]) else { return nil }
            remainder = (value < 10 ? 10 * remainder + value : 100 * remainder + value) % 97
        }
        return remainder == 1 && !bytes.isWord(index) ? index : nil
    }

    private static func value(_ byte: UInt8) -> Int? {
        if byte.isDigit { return Int(byte) - 0x30 }
        return byte.isASCIILetter ? Int(byte | 0x20) - 0x61 + 10 : nil
    }

    private static func country(_ first: UInt8, _ second: UInt8) -> UInt16 {
        UInt16(first & 0xdf) << 8 | UInt16(second & 0xdf)
    }

    /// Lengths by country, from the IBAN registry (SWIFT, release 99).
    private static let lengths: [UInt16: Int] = {
        let registry = """
            AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 \
            ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 \
            LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 \
            PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30
            """
        var lengths: [UInt16: Int] = [:]
        for entry in registry.split(separator: " ") {
            let letters = Array(entry.utf8)
            lengths[country(letters[0], letters[1])] = Int(entry.dropFirst(2))
        }
        return lengths
    }()
}
