package import APIModels

/// A policy that cannot be compiled. None of the set is used then: half a set of policies is not what anybody
/// wrote.
package enum PolicyCompilationError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownTimeZone(policy: Name, timeZone: String)
    case duplicateName(Name)

    package var description: String {
        switch self {
        case .unknownTimeZone(let policy, let timeZone):
            "policy \(policy) names the unknown time zone \(timeZone)"
        case .duplicateName(let name): "two policies are named \(name)"
        }
    }
}
