internal import CLinux
internal import Glibc

/// A joinable POSIX thread with a name that `top -H` shows.
package struct SystemThread: Sendable {
    private let handle: pthread_t

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts the thread. `stackSize` is in bytes; the system's default (8 MiB) when nil.
    package init(named name: String, stackSize: Int? = nil, _ body: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        if let stackSize { pthread_attr_setstacksize(&attributes, stackSize) }
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                sallyport_name_thread(start.name)
                start.body()
                return nil
            }, argument)
        precondition(result == 0, "pthread_create: \(describe(errno: result))")
        handle = thread
    }

    package func join() {
        pthread_join(handle, nil)
    }
}
