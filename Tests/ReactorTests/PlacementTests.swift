import Synchronization
import Testing

@testable import Reactor

struct PlacementTests {
    @Test(arguments: [
        // The streams of each reactor, which one accepted, and where the connection goes.
        (Placement.spread, [3, 4, 3], 1, 1),
        (.spread, [3, 5, 3], 1, 0),
        (.packed(streams: 20), [0, 0, 0], 2, 0),
        (.packed(streams: 20), [19, 0, 0], 2, 0),
        (.packed(streams: 20), [20, 0, 0], 2, 1),
        (.packed(streams: 20), [20, 20, 19], 0, 2),
        (.packed(streams: 20), [25, 21, 22], 0, 1),
    ])
    func aConnectionGoesWhereTheStreamsSay(
        _ placement: Placement, streams: [Int], acceptedBy: Int, expected: Int
    ) throws {
        let reactors = try reactors(streams)
        let found = placement.reactor(among: reactors, acceptedBy: reactors[acceptedBy])
        #expect(found.index == expected)
    }

    @Test func packingPassesOverABusyReactor() throws {
        let reactors = try reactors([5, 7])
        let second: UInt64 = 1_000_000_000
        let now = monotonicNanoseconds() + second
        reactors[0].meter.turned(at: now, waited: second / 4)
        #expect(Placement.packed(streams: 20).reactor(among: reactors, acceptedBy: reactors[0]).index == 1)
        reactors[0].meter.turned(at: now + second, waited: second * 3 / 4)
        #expect(Placement.packed(streams: 20).reactor(among: reactors, acceptedBy: reactors[0]).index == 0)
    }

    @Test func whatAReactorWasBusyWithIsForgotten() {
        let meter = BusyMeter()
        let now = monotonicNanoseconds() + 1_000_000_000
        meter.turned(at: now, waited: 0)
        #expect(meter.isBusy(at: now + 100_000_000))
        #expect(!meter.isBusy(at: now + 300_000_000))
    }

    /// Reactors that do not run, with so many streams each.
    private func reactors(_ streams: [Int]) throws -> [Reactor] {
        try streams.enumerated().map { index, count in
            let reactor = try Reactor(index: index)
            reactor.load.store(count, ordering: .relaxed)
            return reactor
        }
    }
}
