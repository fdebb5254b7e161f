internal import APIModels
internal import Masking
internal import Reactor

/// The tokens that principals were shown, each on each resource, whatever the session.
final class TokenMemory: Sendable {
    private struct Key: Hashable {
        let principal: PrincipalID
        let resource: ResourceID
    }

    private struct Known {
        var tokens: [Key: (shown: ShownTokens, lastAsked: UInt64)] = [:]
        var asked: UInt64 = 0
    }

    /// A quarter of a GiB, should each be full.
    private static let capacity = 256

    private let known = Locked(Known())

    /// Sessions keep what they were given; of more than the capacity the one that was asked for the longest ago is forgotten.
    func tokens(shownTo principal: PrincipalID, on resource: ResourceID) -> ShownTokens {
        let key = Key(principal: principal, resource: resource)
        return known.withLock { known in
            known.asked += 1
            let shown = known.tokens[key]?.shown ?? ShownTokens()
            if known.tokens[key] == nil, known.tokens.count >= Self.capacity,
                let oldest = known.tokens.min(by: { $0.value.lastAsked < $1.value.lastAsked })
            {
                known.tokens[oldest.key] = nil
            }
            known.tokens[key] = (shown, known.asked)
            return shown
        }
    }
}
