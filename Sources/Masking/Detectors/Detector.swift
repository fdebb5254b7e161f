/// What a detector looks for.
package enum Detector: UInt8, Sendable, CaseIterable {
    case creditCard, iban, email, phone, ipAddress, url

    // Secrets.
    case awsKey, gcpKey, githubToken, gitlabToken, stripeKey, slackToken, openAIKey, anthropicKey, jwt
    case privateKey, password, secret

    // Numbers and papers of people and companies, with the country (ISO 3166-1) in front.
    case usSSN, usITIN, usDriverLicense, atSVNR, auMedicare, auTFN, beNRN, bgEGN, brCNPJ, brCPF, caSIN
    case chAHV, cnID, czRC, deSteuerID, dkCPR, esDNI, esNIE, fiHETU, frNIR, hrOIB, iePPS, ilID
    case inAadhaar, inPAN, itCF, jpMyNumber, krRRN, mxCURP, nlBSN, noFNR, plPESEL, ptNIF, roCNP, sePNR
    case sgNRIC, trTCKN, ukNHS, ukNINO, zaID

    /// Its name in policies and records.
    package var name: String {
        switch self {
        case .creditCard: "credit_card"
        case .iban: "iban"
        case .email: "email"
        case .phone: "phone"
        case .ipAddress: "ip_address"
        case .url: "url"
        case .awsKey: "aws_key"
        case .gcpKey: "gcp_key"
        case .githubToken: "github_token"
        case .gitlabToken: "gitlab_token"
        case .stripeKey: "stripe_key"
        case .slackToken: "slack_token"
        case .openAIKey: "openai_key"
        case .anthropicKey: "anthropic_key"
        case .jwt: "jwt"
        case .privateKey: "private_key"
        case .password: "password"
        case .secret: "secret"
        case .usSSN: "us_ssn"
        case .usITIN: "us_itin"
        case .usDriverLicense: "us_driver_license"
        case .atSVNR: "at_svnr"
        case .auMedicare: "au_medicare"
        case .auTFN: "au_tfn"
        case .beNRN: "be_nrn"
        case .bgEGN: "bg_egn"
        case .brCNPJ: "br_cnpj"
        case .brCPF: "br_cpf"
        case .caSIN: "ca_sin"
        case .chAHV: "ch_ahv"
        case .cnID: "cn_id"
        case .czRC: "cz_rc"
        case .deSteuerID: "de_steuer_id"
        case .dkCPR: "dk_cpr"
        case .esDNI: "es_dni"
        case .esNIE: "es_nie"
        case .fiHETU: "fi_hetu"
        case .frNIR: "fr_nir"
        case .hrOIB: "hr_oib"
        case .iePPS: "ie_pps"
        case .ilID: "il_id"
        case .inAadhaar: "in_aadhaar"
        case .inPAN: "in_pan"
        case .itCF: "it_codice_fiscale"
        case .jpMyNumber: "jp_my_number"
        case .krRRN: "kr_rrn"
        case .mxCURP: "mx_curp"
        case .nlBSN: "nl_bsn"
        case .noFNR: "no_fnr"
        case .plPESEL: "pl_pesel"
        case .ptNIF: "pt_nif"
        case .roCNP: "ro_cnp"
        case .sePNR: "se_personnummer"
        case .sgNRIC: "sg_nric"
        case .trTCKN: "tr_tckn"
        case .ukNHS: "uk_nhs"
        case .ukNINO: "uk_nino"
        case .zaID: "za_id"
        }
    }

    /// The groups that a policy can name in place of each of theirs.
    package static let groups: [String: [Detector]] = [
        "api_key": [
            .awsKey, .gcpKey, .githubToken, .gitlabToken, .stripeKey, .slackToken, .openAIKey, .anthropicKey,
            .jwt,
            .privateKey,
        ],
        "credential": allCases.filter { $0.rawValue >= awsKey.rawValue && $0.rawValue <= secret.rawValue },
        "national_id": allCases.filter { $0.rawValue >= usSSN.rawValue },
    ]

    /// The detectors that a name of a policy stands for: one of them, or a group. Nil for an unknown name.
    package static func named(_ name: String) -> [Detector]? { groups[name] ?? byName[name].map { [$0] } }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    var bit: UInt64 { 1 << UInt64(rawValue) }
}
