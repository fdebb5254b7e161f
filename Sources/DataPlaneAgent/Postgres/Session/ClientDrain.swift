internal import PostgresWire
internal import Reactor

/// Who writes what waits for the client. Both pumps may have to; one writes at a time, the others wait for it.
struct ClientDrain {
    private(set) var isRunning = false
    /// The server's pump, the ticker of a hold, and that of the hold before.
    private var waiters: [UnsafeContinuation<Void, Never>] = []

    mutating func begin() { isRunning = true }

    mutating func finish() {
        isRunning = false
        wake()
    }

    mutating func wait(_ continuation: UnsafeContinuation<Void, Never>) {
        waiters.append(continuation)
    }

    mutating func wake() {
        let woken = waiters
        waiters = []
        for waiter in woken { waiter.resume() }
    }
}

extension PostgresSession {
    /// Writes everything that waits for the client, as slowly as it takes it. The resource is not read meanwhile.
    func drainClient() async throws(SessionEnd) {
        while clientDrain.isRunning, end == nil {
            await withUnsafeContinuation { waiter in
                if clientDrain.isRunning, end == nil { clientDrain.wait(waiter) } else { waiter.resume() }
            }
        }
        guard toClient.backlog > 0 else { return }
        clientDrain.begin()
        defer { clientDrain.finish() }
        do throws(IOError) {
            while try !toClient.flush(to: client) {
                try await client.writable()
            }
        } catch {
            throw end ?? .clientFailed(error)
        }
    }

    /// Says something to the client in between: at once, or behind the row that is under way.
    func notify(_ notice: Report) async throws(SessionEnd) {
        if isInsideRow {
            notice.writeNotice(into: &pendingNotices)
            return
        }
        toClient.insert { notice.writeNotice(into: &$0) }
        try await drainClient()
    }

    func insertPendingNotices(_ input: UnsafeRawBufferPointer) {
        guard !isInsideRow, !pendingNotices.isEmpty else { return }
        let notices = pendingNotices
        pendingNotices = []
        toClient.insert(of: input) { $0.append(contentsOf: notices) }
    }
}
