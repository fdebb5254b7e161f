/// The kinds of ids, with their prefixes.
package enum IDKinds {
    package enum Resource: IDKind { package static let prefix = "res" }
    package enum Detector: IDKind { package static let prefix = "det" }
    package enum Policy: IDKind { package static let prefix = "pol" }
    package enum Principal: IDKind { package static let prefix = "prn" }
    package enum Session: IDKind { package static let prefix = "ses" }
    package enum Approval: IDKind { package static let prefix = "apr" }
    package enum Agent: IDKind { package static let prefix = "agt" }
    package enum Key: IDKind { package static let prefix = "key" }
    package enum Grant: IDKind { package static let prefix = "gra" }
    package enum Receipt: IDKind { package static let prefix = "rcp" }
    package enum JoinToken: IDKind { package static let prefix = "jnt" }
    package enum AgentRequest: IDKind { package static let prefix = "arq" }
    package enum AccessRequest: IDKind { package static let prefix = "acr" }
    package enum AuditEvent: IDKind { package static let prefix = "aud" }
    package enum AccessToken: IDKind { package static let prefix = "tok" }
    package enum SigningKey: IDKind { package static let prefix = "kid" }
    package enum Request: IDKind { package static let prefix = "req" }
}

/// The id of a resource.
package typealias ResourceID = TypedID<IDKinds.Resource>
/// The id of a custom detector.
package typealias DetectorID = TypedID<IDKinds.Detector>
/// The id of a policy.
package typealias PolicyID = TypedID<IDKinds.Policy>
/// The id of a principal.
package typealias PrincipalID = TypedID<IDKinds.Principal>
/// The id of a session.
package typealias SessionID = TypedID<IDKinds.Session>
/// The id of an approval.
package typealias ApprovalID = TypedID<IDKinds.Approval>
/// The id of a data-plane agent.
package typealias AgentID = TypedID<IDKinds.Agent>
/// The id of an API key.
package typealias KeyID = TypedID<IDKinds.Key>
/// The id of a grant.
package typealias GrantID = TypedID<IDKinds.Grant>
/// The id of a receipt.
package typealias ReceiptID = TypedID<IDKinds.Receipt>
/// The id of a join token.
package typealias JoinTokenID = TypedID<IDKinds.JoinToken>
/// The id of a question to an agent over its configuration stream.
package typealias AgentRequestID = TypedID<IDKinds.AgentRequest>
/// The id of an access request.
package typealias AccessRequestID = TypedID<IDKinds.AccessRequest>
/// The id of an audit event.
package typealias AuditEventID = TypedID<IDKinds.AuditEvent>
/// The id of an access token (its `jti`).
package typealias AccessTokenID = TypedID<IDKinds.AccessToken>
/// The id of a key that signs access tokens (its `kid`).
package typealias SigningKeyID = TypedID<IDKinds.SigningKey>
/// The id of an HTTP request, in logs and problems.
package typealias RequestID = TypedID<IDKinds.Request>
