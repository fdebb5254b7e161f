import Testing

@testable import Masking

/// The samples are made up; each passes the check of its country.
@Suite struct NationalNumberTests {
    struct Sample: Sendable {
        let detector: Detector
        let number: String
        /// What has to stand before it.
        var words = ""
    }

    static let samples: [Sample] = [
        Sample(detector: .itCF, number: "CNTPLA83A43I849H"),
        Sample(detector: .nlBSN, number: "815406976", words: "BSN: "),
        Sample(detector: .noFNR, number: "16030165121"), Sample(detector: .noFNR, number: "160301 65121"),
        Sample(detector: .plPESEL, number: "74102809137", words: "PESEL "),
        Sample(detector: .sePNR, number: "520504-6427"), Sample(detector: .fiHETU, number: "190422-0658"),
        Sample(detector: .brCPF, number: "539.082.113-01"),
        Sample(detector: .brCPF, number: "53908211301", words: "CPF "),
        Sample(detector: .brCNPJ, number: "81.563.500/0001-33"),
        Sample(detector: .caSIN, number: "225 849 314", words: "his SIN is "),
        Sample(detector: .esNIE, number: "X4095259V"), Sample(detector: .esDNI, number: "10986393Y"),
        Sample(detector: .frNIR, number: "267084315774721"),
        Sample(detector: .frNIR, number: "2 67 08 43 157 747 21"),
        Sample(detector: .frNIR, number: "158112A00410637"),
        Sample(detector: .chAHV, number: "756.7410.8395.67"),
        Sample(detector: .beNRN, number: "23.02.08-432.48"),
        Sample(detector: .beNRN, number: "23020843248", words: "rijksregisternummer "),
        Sample(detector: .cnID, number: "520181200505261890"), Sample(detector: .czRC, number: "021109/6578"),
        Sample(detector: .roCNP, number: "6760819300710", words: "CNP: "),
        Sample(detector: .hrOIB, number: "14756082932", words: "OIB "),
        Sample(detector: .trTCKN, number: "56507529100", words: "TCKN "),
        Sample(detector: .mxCURP, number: "GIEX680303HSRQTC06"),
        Sample(detector: .krRRN, number: "760814-1268465"),
        Sample(detector: .ilID, number: "917446486", words: "teudat zehut "),
        Sample(detector: .atSVNR, number: "2329 240420", words: "SVNR "),
        Sample(detector: .auTFN, number: "628194821", words: "TFN "),
        Sample(detector: .ukNHS, number: "721 590 1092", words: "NHS number "),
        Sample(detector: .ukNINO, number: "AB123456C"),
        Sample(detector: .ukNINO, number: "AB 12 34 56 C"),
        Sample(detector: .zaID, number: "0008062320109", words: "identity number "),
        Sample(detector: .deSteuerID, number: "94725831567", words: "Steuer-ID "),
        Sample(detector: .deSteuerID, number: "94 725 831 567"),
        Sample(detector: .dkCPR, number: "300706-3120"),
        Sample(detector: .bgEGN, number: "9930140425", words: "EGN "),
        Sample(detector: .ptNIF, number: "263758400", words: "NIF "),
        Sample(detector: .inAadhaar, number: "8361 9496 2436"),
        Sample(detector: .inPAN, number: "ABCPD1234E"),
        Sample(detector: .iePPS, number: "1234567T", words: "PPS number "),
        Sample(detector: .sgNRIC, number: "S1234567D"),
        Sample(detector: .usITIN, number: "912-72-3456"),
        Sample(detector: .auMedicare, number: "2123 45670 1"),
        Sample(detector: .jpMyNumber, number: "1234 5678 9018", words: "individual number "),
    ]

    private func found(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return DetectorSet.all.scan(bytes.span).map {
            ($0.detector?.name ?? "custom") + "=" + String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    @Test(arguments: samples) func findsTheNumber(sample: Sample) {
        #expect(found("\(sample.words)\(sample.number), so") == ["\(sample.detector.name)=\(sample.number)"])
    }

    /// One of its digits is another one: the check has to notice.
    @Test(arguments: samples.filter { ![.inPAN, .krRRN, .ukNINO, .usITIN].contains($0.detector) })
    func noticesAWrongDigit(sample: Sample) throws {
        var characters = Array(sample.number.utf8)
        let index = try #require(characters.lastIndex { $0 >= 0x30 && $0 <= 0x39 })
        characters[index] = characters[index] == 0x39 ? 0x30 : characters[index] + 1
        // Behind the check digit of a Medicare number stands one that is not checked.
        if sample.detector == .auMedicare { characters[0] += 1 }
        let text = "\(sample.words)\(String(decoding: characters, as: UTF8.self))"
        #expect(found(text).filter { $0.hasPrefix(sample.detector.name) }.isEmpty, "\(text)")
    }

    @Test(arguments: samples.filter { !$0.words.isEmpty }) func needsAWordWhereTheCheckIsWeak(sample: Sample)
    {
        #expect(found(sample.number).filter { $0.hasPrefix(sample.detector.name) }.isEmpty)
    }

    @Test(arguments: samples) func leavesThePartOfSomethingLonger(sample: Sample) {
        for text in [
            "\(sample.words)1-\(sample.number)", "\(sample.words)\(sample.number)-1",
            "\(sample.words)\(sample.number)x",
        ] {
            #expect(!found(text).contains("\(sample.detector.name)=\(sample.number)"), "\(text)")
        }
    }

    @Test func coversEveryNationalDetector() {
        let ours = Set(Self.samples.map(\.detector)).union([.usSSN, .usDriverLicense])
        #expect(ours == Set(Detector.groups["national_id"] ?? []))
    }

    @Test func findsDriverLicensesByTheirWords() {
        for number in ["2270-66-1551", "6940579", "F162823540116"] {
            #expect(found("My driver's license number is \(number).") == ["us_driver_license=\(number)"])
            #expect(found("number \(number)").isEmpty)
        }
        for text in ["driving on 2024-05-17", "the driver of bus 1234", "DL version1"] {
            #expect(found(text).isEmpty, "\(text)")
        }
    }

    @Test func wordsBelongToTheNumberTheyStandBefore() {
        #expect(
            found("driver's license 6940579, phone 555 012 7788") == [
                "us_driver_license=6940579", "phone=555 012 7788",
            ])
        #expect(found("PESEL 74102809137, 74102809137").count == 2)
    }
}
