internal import Glibc

/// Signals as something to await. `block` must come first in `main`, before any thread starts, so that all inherit it.
package enum Signals {
    package static func block(_ signals: [Int32]) {
        var set = Signals.set(of: signals)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The next of `signals` to arrive; they must be blocked. Each call takes a thread of its own until then.
    package static func wait(for signals: [Int32]) async -> Int32 {
        await withUnsafeContinuation { continuation in
            _ = SystemThread(named: "signals") {
                var set = Signals.set(of: signals)
                var arrived: Int32 = 0
                while sigwait(&set, &arrived) != 0 {}
                continuation.resume(returning: arrived)
            }
        }
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }
}
