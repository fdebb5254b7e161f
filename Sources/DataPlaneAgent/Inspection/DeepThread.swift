internal import CLinux
internal import Glibc

/// Threads with a stack large enough for deep recursion.
enum DeepThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread.
    static func start(stackBytes: Int, _ run: @escaping @Sendable () -> Void) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        let error = pthread_create(
            &thread, &attributes,
            { body in
                guard let body else { return nil }
                sallyport_name_thread("inspection")
                Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
                return nil
            }, body)
        precondition(error == 0, "a thread for inspection could not be started")
        pthread_attr_destroy(&attributes)
    }
}
