/// `POST /v1/agents/join-tokens`.
package struct JoinTokenCreate: Hashable, Sendable, Codable {
    /// The name under which the agent will enrol.
    package var agent: Name
    package var expiresIn: DurationText?

    package init(agent: Name, expiresIn: DurationText? = nil) {
        self.agent = agent
        self.expiresIn = expiresIn
    }
}

extension JoinTokenCreate: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let expiresIn, expiresIn.milliseconds == 0 || expiresIn > .hours(24) {
            report(["expires_in"], InvalidValue("must be from 1s to 24h", code: .outOfRange))
        }
    }
}

/// The one answer that shows the token.
package struct JoinTokenCreated: Sendable, Codable {
    package var id: JoinTokenID
    package var agent: Name
    package var token: ShownSecret<String>
    package var expiresAt: Timestamp

    package init(id: JoinTokenID, agent: Name, token: ShownSecret<String>, expiresAt: Timestamp) {
        self.id = id
        self.agent = agent
        self.token = token
        self.expiresAt = expiresAt
    }
}
