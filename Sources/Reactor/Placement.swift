/// How connections are given to reactors.
package enum Placement: Hashable, Sendable {
    /// As the kernel spread them, unless that leaves a reactor with two more streams than the idlest.
    case spread
    /// The first reactors up to so many streams, unless they are busy; beyond that the one with the fewest. For connections
    /// that cost little: a loop that has several to look at sleeps less often, and falling asleep and being woken is a fifth of
    /// what relaying costs.
    case packed(streams: Int)

    /// Where a connection goes.
    func reactor(among reactors: [Reactor], acceptedBy reactor: Reactor) -> Reactor {
        let idlest = reactors.min { $0.streamCount < $1.streamCount } ?? reactor
        switch self {
        case .spread:
            return reactor.streamCount > idlest.streamCount + 1 ? idlest : reactor
        case .packed(let streams):
            return reactors.first { $0.streamCount < streams && !$0.isBusy } ?? idlest
        }
    }
}
