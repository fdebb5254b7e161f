internal import Glibc

/// A value that threads share, behind a lock.
///
/// A POSIX mutex, because Thread Sanitizer sees it: `Synchronization.Mutex` is a futex inside a library that is not
/// instrumented, and every use of one would be reported as a race. Not recursive; hold it for a few instructions, never over
/// a call that may take it again.
///
/// Invariant of `@unchecked`: `value` is touched with the mutex held only, and what goes in and out is `Sendable`.
package final class Locked<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    package func withLock<R, E>(_ body: (inout Value) throws(E) -> R) throws(E) -> R {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
