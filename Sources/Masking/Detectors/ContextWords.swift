/// Words near a number that say what it is. Matched at the beginning of words, whatever their case.
enum ContextWords {
    /// How far before the number a word counts, in bytes: a short sentence.
    private static let reach = 48

    /// The detectors that words in the bytes before `index` speak for, as bits.
    ///
    /// - Parameter floor: where the looking back ends at the latest.
    static func before(_ index: Int, from floor: Int, _ bytes: Span<UInt8>) -> UInt64 {
        var position = max(floor, index - reach)
        // Not from the middle of a word.
        while position > 0, position < index, bytes.isWord(position - 1) { position += 1 }
        var found: UInt64 = 0
        let table = table
        while position < index {
            let first = (bytes[position] | 0x20) &- 0x61
            let end = bytes.run(from: position, atMost: index - position) { $0.isWordByte }
            if first < 26 {
                for word in table[Int(first)] where word.matches(position..<end, bytes) {
                    found |= word.detectors
                }
            }
            position = end
            while position < index, !bytes.isWord(position) { position += 1 }
        }
        return found
    }

    /// Whether the words speak for a telephone number: with a word for it, or as somebody's number and nothing else's.
    static func tellPhone(_ words: UInt64) -> Bool {
        words & Detector.phone.bit != 0 || words == possessive | number
    }

    /// Bits above those of the detectors.
    private static let possessive: UInt64 = 1 << 61
    private static let number: UInt64 = 1 << 62
    private static let otherNumber: UInt64 = 1 << 63

    /// Whether a word that tells telephone numbers apart follows `index` directly, behind one blank, dash or bracket at
    /// most.
    static func tellsPhoneBehind(_ index: Int, _ bytes: Span<UInt8>) -> Bool {
        let start = bytes.run(from: index, atMost: 2) {
            $0 == 0x20 || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "(")
        }
        let end = bytes.run(from: start, atMost: 12) { $0.isWordByte }
        return phoneBehind.contains { $0.matches(start..<end, bytes) }
    }

    /// Whether one of the words stands in the bytes before `index`.
    static func contains(_ words: [Word], before index: Int, _ bytes: Span<UInt8>) -> Bool {
        var position = max(0, index - reach)
        while position < index {
            let end = bytes.run(from: position, atMost: index - position) { $0.isWordByte }
            let isWhole = position == 0 || !bytes.isWord(position - 1)
            if isWhole, words.contains(where: { $0.matches(position..<end, bytes) }) { return true }
            position = max(end, position + 1)
        }
        return false
    }

    struct Word: Sendable {
        let letters: [UInt8]
        let isWhole: Bool
        let detectors: UInt64

        init(letters: [UInt8], isWhole: Bool, detectors: UInt64) {
            self.letters = letters
            self.isWhole = isWhole
            self.detectors = detectors
        }

        /// A word with any ending.
        init(beginning text: String) { self.init(letters: Array(text.utf8), isWhole: false, detectors: 0) }

        func matches(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Bool {
            guard range.count == letters.count || range.count > letters.count && !isWhole else {
                return false
            }
            for offset in letters.indices where bytes[range.lowerBound + offset] | 0x20 != letters[offset] {
                return false
            }
            return true
        }
    }

    /// Words with a full stop behind count only whole, others with any ending too.
    private static func words(_ text: String, _ detectors: [Detector]) -> [Word] {
        words(text, bits: detectors.reduce(0) { $0 | $1.bit })
    }

    private static func words(_ text: String, bits: UInt64) -> [Word] {
        text.split(separator: " ").map { word in
            Word(
                letters: Array(word.utf8.filter { $0 != UInt8(ascii: ".") }), isWhole: word.hasSuffix("."),
                detectors: bits)
        }
    }

    private static let phoneBehind = words("office fax mobile phone tel cell home work desk", [.phone])

    /// By first letter.
    private static let table: [[Word]] = {
        let all =
            words("card cc. credit debit visa maestro mastercard amex pan. payment", [.creditCard])
            + words(
                """
                phone telephone tel. telefon mobile mobil cell fax call dial desk office whatsapp sms answering message ring. \
                ringing reach handy portable contact voicemail hotline landline registered txt texted
                """, [.phone])
            + words("ssn ssns social", [.usSSN]) + words("itin taxpayer tax", [.usITIN])
            + words("driver driving dl. dln. dlno.", [.usDriverLicense])
            + words("svnr sozialversicherung svn.", [.atSVNR]) + words("medicare", [.auMedicare])
            + words("tfn. tax", [.auTFN])
            + words("rijksregister niss. insz. national nrn. registre", [.beNRN])
            + words("egn.", [.bgEGN]) + words("cnpj", [.brCNPJ]) + words("cpf. cpfs.", [.brCPF])
            + words("sin. sins. insurance nas.", [.caSIN]) + words("ahv avs. oasi", [.chAHV])
            + words("rodne rodn birth", [.czRC])
            + words("steuer idnr tin. tax identifikationsnummer stid", [.deSteuerID])
            + words("cpr. personnummer", [.dkCPR, .sePNR]) + words("dni. nif. nie.", [.esDNI, .esNIE])
            + words("oib.", [.hrOIB]) + words("pps. ppsn", [.iePPS]) + words("teudat zehut", [.ilID])
            + words("aadhaar aadhar uidai uid.", [.inAadhaar]) + words("mynumber individual", [.jpMyNumber])
            + words("resident rrn.", [.krRRN]) + words("bsn. burgerservice sofi", [.nlBSN])
            + words("fodselsnummer personnummer", [.noFNR]) + words("pesel", [.plPESEL])
            + words("nif. contribuinte fiscal", [.ptNIF]) + words("cnp. personal", [.roCNP])
            + words("tckn kimlik tc.", [.trTCKN]) + words("nhs.", [.ukNHS])
            + words("identity said. rsaid", [.zaID])
            + words("password passwd passphrase pwd.", [.password])
            + words("secret token apikey key. credential auth bearer authorization", [.secret])
            + words("my. your. his. her. their. our.", bits: possessive)
            + words("number no. nr.", bits: number)
            + words(
                """
                account order invoice policy ticket case serial tracking reference customer member part. model version \
                zip. postal flight passport room. booking confirmation contract article item
                """, bits: otherNumber)
        var table = [[Word]](repeating: [], count: 26)
        for word in all {
            guard let first = word.letters.first else { continue }
            table[Int(first - 0x61)].append(word)
        }
        return table
    }()
}
