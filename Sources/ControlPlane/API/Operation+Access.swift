import APIModels

/// Who may call an operation. What within it concerns the caller, the operation itself decides.
enum Access: Sendable, Equatable {
    /// Anybody, without a token.
    case open
    /// Any principal.
    case authenticated
    /// A principal with one of the roles.
    case roles(Set<Role>)
    /// An enrolled agent.
    case agent
    /// Whoever holds what the body carries (a join token).
    case bodyToken
}

/// The authorization table: one entry for every operation, without a default.
extension Operation {
    var access: Access {
        switch self {
        case .getHealth, .getReadiness, .getMetrics, .getOpenAPI, .getReference: .open
        case .getMe: .authenticated

        case .listServiceAccounts, .getServiceAccount, .listAPIKeys, .getAPIKey: .roles([.admin, .auditor])
        case .createServiceAccount, .updateServiceAccount, .deleteServiceAccount: .roles([.admin])
        case .createAPIKey, .revokeAPIKey: .roles([.admin])

        case .listResources, .getResource, .getColumns: .roles([.admin, .auditor])
        case .createResource, .replaceResource, .deleteResource: .roles([.admin])
        case .replaceColumns, .addColumnTags, .scanResource: .roles([.admin])
        case .listMaskKeys: .roles([.admin, .auditor])
        // What was masked is shown: each call is an audit event with its reason.
        case .createMaskKey, .reverseTokens: .roles([.admin])
        // Only for access that the caller has.
        case .createCredentials: .authenticated

        case .listPolicies, .getPolicy, .listPolicyVersions, .getPolicyVersion: .roles([.admin, .auditor])
        case .putPolicy, .deletePolicy: .roles([.admin])
        // For oneself; for others with a role.
        case .evaluatePolicies: .authenticated

        case .listDetectors, .getDetector: .roles([.admin, .auditor])
        case .putDetector, .deleteDetector: .roles([.admin])

        case .listAgents, .getAgent: .roles([.admin, .auditor])
        case .deleteAgent, .createJoinToken: .roles([.admin])

        // One's own, those one may review, all with a role.
        case .listApprovals, .getApproval: .authenticated
        case .decideApproval: .authenticated

        // One's own, all with a role.
        case .listSessions, .getSession, .listSessionStatements, .getSessionRecording, .listStatements:
            .authenticated
        case .terminateSession: .roles([.admin])

        case .listAuditEvents: .roles([.admin, .auditor])

        case .enrollAgent: .bodyToken
        case .streamConfiguration, .sendHeartbeat, .uploadRecords: .agent
        case .requestHold, .getHold, .redeemHold, .cancelHold, .answerRequest: .agent
        }
    }
}
