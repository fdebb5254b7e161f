internal import Glibc
internal import Synchronization

/// A few threads for calls that block (getaddrinfo, fdatasync, files), so that no reactor ever does.
package final class BlockingPool: Sendable {
    package static let shared = BlockingPool(threadCount: 4)

    private let queue = Mutex<[@Sendable () -> Void]>([])
    /// Counts the entries of `queue`.
    private let available: Semaphore

    init(threadCount: Int) {
        available = Semaphore()
        for index in 0..<threadCount {
            _ = SystemThread(named: "blocking-\(index)") { [self] in work() }
        }
    }

    /// Runs `body` on a thread of the pool; the caller's reactor goes on meanwhile.
    package func run<T: Sendable, E: Error>(_ body: @escaping @Sendable () throws(E) -> T) async throws(E)
        -> T
    {
        let result: Result<T, E> = await withUnsafeContinuation { continuation in
            queue.withLock { $0.append { continuation.resume(returning: Result(catching: body)) } }
            available.signal()
        }
        return try result.get()
    }

    private func work() {
        while true {
            available.wait()
            let next = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            next?()
        }
    }
}

/// A counting semaphore. Invariant of `@unchecked`: `sem_t` is made for use from several threads, at one address.
private final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func signal() { sem_post(semaphore) }

    func wait() {
        while sem_wait(semaphore) != 0 {}
    }
}
