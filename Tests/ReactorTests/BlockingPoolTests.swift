import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BlockingPoolTests {
    @Test func runsOffTheReactor() async throws {
        try await withReactors { group in
            let reactor = group.next()
            let (inside, outside) = try await reactor.run {
                let inside = await BlockingPool.shared.run { Reactor.current == nil }
                return (inside, Reactor.current === reactor)
            }
            #expect(inside)
            #expect(outside)
        }
    }

    @Test func handsTheErrorOn() async {
        let failure = await outcome { () async throws(IOError) in
            try await BlockingPool.shared.run { () throws(IOError) in throw .timedOut }
        }
        #expect(failure == .timedOut)
    }

    @Test func runsMoreThanItHasThreads() async {
        let results = await withTaskGroup(of: Int.self) { tasks in
            for index in 0..<500 { tasks.addTask { await BlockingPool.shared.run { index } } }
            return await tasks.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(results == Set(0..<500))
    }
}
