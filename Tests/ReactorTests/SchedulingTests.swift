import Glibc
import Reactor
import Testing

struct SchedulingTests {
    /// SCHED_OTHER and SCHED_BATCH (sched(7)).
    @Test(arguments: [(true, Int32(0)), (false, 3)]) func reactorsStandInLineWhenTold(
        _ interrupts: Bool, policy: Int32
    ) async throws {
        let group = ReactorGroup(count: 2, interrupts: interrupts)
        defer { group.shutdown() }
        for reactor in group.reactors {
            #expect(try await reactor.run { sched_getscheduler(0) } == policy)
        }
    }
}
