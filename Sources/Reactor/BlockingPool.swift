/// A few threads for calls that block (fdatasync, files), so that no reactor ever does.
package final class BlockingPool: Sendable {
    package static let shared = BlockingPool(threadCount: 4, name: "blocking")

    private let queue = Locked(FIFO<@Sendable () -> Void>())
    /// Counts the entries of `queue`.
    private let available = Semaphore()

    /// `name` is what `top -H` shows. The threads live as long as the process.
    init(threadCount: Int, name: String) {
        for index in 0..<threadCount {
            _ = SystemThread(named: "\(name)-\(index)") { [self] in work() }
        }
    }

    /// Runs `body` on a thread of the pool; the caller's reactor goes on meanwhile.
    package func run<T: Sendable, E: Error>(_ body: @escaping @Sendable () throws(E) -> T) async throws(E)
        -> T
    {
        let result: Result<T, E> = await withUnsafeContinuation { continuation in
            submit { continuation.resume(returning: Result(catching: body)) }
        }
        return try result.get()
    }

    /// Runs `body` on a thread of the pool, some time.
    func submit(_ body: @escaping @Sendable () -> Void) {
        queue.withLock { $0.append(body) }
        available.signal()
    }

    private func work() {
        while true {
            available.wait()
            let next = queue.withLock { $0.popFirst() }
            next?()
        }
    }
}
