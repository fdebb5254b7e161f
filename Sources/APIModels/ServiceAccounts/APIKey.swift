/// A key of a service account, without its secret.
package struct APIKey: Hashable, Sendable, Codable {
    package var id: KeyID
    package var serviceAccount: Name
    package var description: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        id: KeyID, serviceAccount: Name, description: String? = nil, createdAt: Timestamp,
        expiresAt: Timestamp? = nil, revokedAt: Timestamp? = nil
    ) {
        self.id = id
        self.serviceAccount = serviceAccount
        self.description = description
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
    }
}

/// `POST /v1/service-accounts/{name}/keys`.
package struct APIKeyCreate: Hashable, Sendable, Codable {
    package var description: String?
    package var expiresIn: DurationText?

    package init(description: String? = nil, expiresIn: DurationText? = nil) {
        self.description = description
        self.expiresIn = expiresIn
    }
}

extension APIKeyCreate: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let description, let error = TextCheck.line(description, maximum: 500) {
            report(["description"], error)
        }
        if let expiresIn, expiresIn.milliseconds == 0 {
            report(["expires_in"], InvalidValue("must be longer than 0s", code: .outOfRange))
        }
    }
}

/// The one answer that shows the key.
package struct APIKeyCreated: Sendable, Codable {
    package var id: KeyID
    package var serviceAccount: Name
    package var description: String?
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    /// `sp_…`: what goes into `Authorization: Bearer` or a connection's password.
    package var secret: ShownSecret<String>

    package init(
        id: KeyID, serviceAccount: Name, description: String? = nil, createdAt: Timestamp,
        expiresAt: Timestamp? = nil, secret: ShownSecret<String>
    ) {
        self.id = id
        self.serviceAccount = serviceAccount
        self.description = description
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.secret = secret
    }
}
