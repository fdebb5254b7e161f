/// What a detector looks for. The raw value is its name in policies and records.
package enum Detector: String, Sendable, CaseIterable {
    case creditCard = "credit_card"
    case usSSN = "us_ssn"
    case iban = "iban"
    case email = "email"
    case phone = "phone"
    case ipAddress = "ip_address"
    case awsKey = "aws_key"
    case gcpKey = "gcp_key"
    case githubToken = "github_token"
    case gitlabToken = "gitlab_token"
    case stripeKey = "stripe_key"
    case slackToken = "slack_token"
    case openAIKey = "openai_key"
    case anthropicKey = "anthropic_key"
    case jwt = "jwt"
    case privateKey = "private_key"

    /// What the name `api_key` of a policy stands for.
    package static let apiKeys: [Detector] = [
        .awsKey, .gcpKey, .githubToken, .gitlabToken, .stripeKey, .slackToken, .openAIKey, .anthropicKey,
        .jwt,
        .privateKey,
    ]

    /// The detectors that a name of a policy stands for: one of them, or the group `api_key`. Nil for an unknown name.
    package static func named(_ name: String) -> [Detector]? {
        name == "api_key" ? apiKeys : Detector(rawValue: name).map { [$0] }
    }

    var bit: UInt32 {
        switch self {
        case .creditCard: 1 << 0
        case .usSSN: 1 << 1
        case .iban: 1 << 2
        case .email: 1 << 3
        case .phone: 1 << 4
        case .ipAddress: 1 << 5
        case .awsKey: 1 << 6
        case .gcpKey: 1 << 7
        case .githubToken: 1 << 8
        case .gitlabToken: 1 << 9
        case .stripeKey: 1 << 10
        case .slackToken: 1 << 11
        case .openAIKey: 1 << 12
        case .anthropicKey: 1 << 13
        case .jwt: 1 << 14
        case .privateKey: 1 << 15
        }
    }
}

/// Where a detector found something.
package struct Finding: Sendable, Equatable {
    package let detector: Detector
    /// In bytes of what was scanned.
    package let range: Range<Int>
}
