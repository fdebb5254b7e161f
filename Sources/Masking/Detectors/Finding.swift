/// What a detector looks for. The raw value is its name in policies and records.
package enum Detector: String, Sendable, CaseIterable {
    case creditCard = "credit_card"
    case usSSN = "us_ssn"
    case iban = "iban"
    case email = "email"
    case phone = "phone"
    case ipAddress = "ip_address"
    case awsKey = "aws_key"
    case githubToken = "github_token"
    case stripeKey = "stripe_key"
    case slackToken = "slack_token"
    case openAIKey = "openai_key"
    case anthropicKey = "anthropic_key"
    case jwt = "jwt"
    case privateKey = "private_key"

    /// The detectors that a name of a policy stands for: one of them, or the group `api_key`. Nil for an unknown name.
    package static func named(_ name: String) -> [Detector]? {
        if name == "api_key" {
            return [
                .awsKey, .githubToken, .stripeKey, .slackToken, .openAIKey, .anthropicKey, .jwt, .privateKey,
            ]
        }
        return Detector(rawValue: name).map { [$0] }
    }
}

/// Where a detector found something.
package struct Finding: Sendable, Equatable {
    package let detector: Detector
    /// In bytes of what was scanned.
    package let range: Range<Int>
}
