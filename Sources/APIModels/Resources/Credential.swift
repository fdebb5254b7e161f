package enum CredentialMode: String, Hashable, Sendable, Codable, CaseIterable {
    /// A user and its password.
    case `static`
    /// A role that the agent makes for a session and drops.
    case ephemeral
    case rdsIAM = "rds_iam"

    /// What an agent of this version can use.
    package static let served: Set<CredentialMode> = [.static]
}

/// The production credential as a caller gives it.
package struct CredentialInput: Sendable, Decodable {
    package var mode: CredentialMode
    package var username: String
    /// Absent in an update: the password stays.
    package var password: SecretInput?

    package init(mode: CredentialMode, username: String, password: SecretInput? = nil) {
        self.mode = mode
        self.username = username
        self.password = password
    }
}

extension CredentialInput: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if !CredentialMode.served.contains(mode) {
            report(["mode"], InvalidValue("is not supported by this version", code: .notSupported))
        }
        if let error = TextCheck.term(username) { report(["username"], error) }
    }
}

/// The production credential as an answer shows it.
package struct CredentialSummary: Hashable, Sendable, Codable {
    package var mode: CredentialMode
    package var username: String
    package var password: SecretSummary?

    package init(mode: CredentialMode, username: String, password: SecretSummary? = nil) {
        self.mode = mode
        self.username = username
        self.password = password
    }
}
