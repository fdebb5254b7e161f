internal import Glibc

/// A counting semaphore, from zero on. Invariant of `@unchecked`: `sem_t` is made for use from several threads, at one address.
package final class Semaphore: @unchecked Sendable {
    private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    package init() { sem_init(semaphore, 0, 0) }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    package func signal() { sem_post(semaphore) }

    package func wait() {
        while sem_wait(semaphore) != 0 {}
    }

    /// False where it would have to wait.
    package func tryWait() -> Bool { sem_trywait(semaphore) == 0 }
}
