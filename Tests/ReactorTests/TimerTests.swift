import Testing

@testable import Reactor

@Suite(.timeLimit(.minutes(1)))
struct TimerTests {
    @Test func firesInOrderOfDeadlines() async throws {
        try await withReactors { group in
            let reactor = group.next()
            let order = Locked<[Int]>([])
            await withUnsafeContinuation { (done: UnsafeContinuation<Void, Never>) in
                reactor.execute {
                    let now = Deadline.after(.milliseconds(5)).nanoseconds
                    var pattern = Pattern(seed: 7)
                    for index in (0..<1000).sorted(by: { _, _ in pattern.next() % 2 == 0 }) {
                        reactor.schedule(at: Deadline(nanoseconds: now + UInt64(index) * 1000)) {
                            let count = order.withLock {
                                $0.append(index)
                                return $0.count
                            }
                            if count == 1000 { done.resume() }
                        }
                    }
                }
            }
            #expect(order.withLock { $0 } == Array(0..<1000))
        }
    }

    @Test func aCancelledTimerDoesNotFire() async throws {
        try await withReactors { group in
            let reactor = group.next()
            let fired = Locked<[Int]>([])
            try await reactor.run {
                let timers = (0..<500).map { index in
                    reactor.schedule(after: .milliseconds(2)) { fired.withLock { $0.append(index) } }
                }
                for (index, timer) in timers.enumerated() where index % 10 != 0 { timer.cancel() }
                try await reactor.sleep(for: .milliseconds(5))
            }
            #expect(fired.withLock { $0.sorted() } == Array(stride(from: 0, to: 500, by: 10)))
        }
    }

    @Test func aTimerFromAnotherThreadMayBeCancelledFromThere() async throws {
        try await withReactors { group in
            let reactor = group.next()
            for _ in 0..<100 { reactor.schedule(after: .seconds(3600)) {}.cancel() }
            try await reactor.run { #expect(reactor.timers.next == nil) }
        }
    }

    @Test func sleepsAtLeastAsLongAsAsked() async throws {
        try await withReactors { group in
            let reactor = group.next()
            let start = ContinuousClock.now
            try await reactor.run { try await reactor.sleep(for: .milliseconds(20)) }
            #expect(ContinuousClock.now - start >= .milliseconds(20))
        }
    }

    @Test(arguments: [true, false]) func cancellationEndsASleep(alreadyAsleep: Bool) async throws {
        try await withReactors { group in
            let reactor = group.next()
            let sleeper = Task(executorPreference: reactor) {
                await outcome { () async throws(IOError) in try await reactor.sleep(for: .seconds(3600)) }
            }
            if alreadyAsleep { try await reactor.run { for _ in 0..<3 { await reactor.yield() } } }
            sleeper.cancel()
            #expect(await sleeper.value == .cancelled)
        }
    }

    @Test func tenThousandSleepersWake() async throws {
        try await withReactors(2) { group in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for index in 0..<10_000 {
                    let reactor = group.next()
                    tasks.addTask(executorPreference: reactor) {
                        try await reactor.sleep(for: .microseconds(index % 5000))
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }
}
