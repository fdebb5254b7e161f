package enum PrincipalKind: String, Hashable, Sendable, Codable, CaseIterable {
    case human
    case aiAgent = "ai_agent"
    /// CI, a service.
    case workload
}
