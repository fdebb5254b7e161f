import Reactor
import Testing

@testable import DataPlaneAgent

struct JobQueueTests {
    @Test("Jobs that wait are taken in their order, and more than the capacity is refused")
    func capacity() {
        let queue = JobQueue<Int>(capacity: 2)
        #expect(queue.append(1) && queue.append(2))
        #expect(!queue.append(3))
        let seat = JobQueue<Int>.Seat()
        #expect(queue.next(for: seat) == 1)
        #expect(queue.append(4))
        #expect(queue.next(for: seat) == 2)
        #expect(queue.next(for: seat) == 4)
    }

    @Test("A closed queue is emptied, takes nothing more and lets its threads go")
    func closing() async {
        let queue = JobQueue<Int>(capacity: 8)
        #expect(queue.append(1))
        queue.close()
        #expect(!queue.append(2))
        let seat = JobQueue<Int>.Seat()
        #expect(queue.next(for: seat) == 1)
        #expect(queue.next(for: seat) == nil)
    }

    @Test("Every job is done once, by threads that poll and by threads that sleep")
    func threads() async {
        let (jobs, threads) = (20_000, 3)
        let queue = JobQueue<Int>(capacity: jobs)
        let done = Locked<[Int]>([])
        await withCheckedContinuation { (finished: CheckedContinuation<Void, Never>) in
            let running = Locked(threads)
            for _ in 0..<threads {
                DeepThread.start(stackBytes: 1 << 20) {
                    let seat = JobQueue<Int>.Seat()
                    while let job = queue.next(for: seat) { done.withLock { $0.append(job) } }
                    let left = running.withLock { running in
                        running -= 1
                        return running
                    }
                    if left == 0 { finished.resume() }
                }
            }
            for job in 0..<jobs { _ = queue.append(job) }
            queue.close()
        }
        #expect(done.withLock { $0.sorted() } == Array(0..<jobs))
    }
}
