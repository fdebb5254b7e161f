internal import CLinux
internal import Glibc
internal import Synchronization

/// The reactors of a process, one thread each.
package final class ReactorGroup: Sendable {
    package let reactors: [Reactor]
    private let turn = Atomic<Int>(0)
    private let threads: Locked<[SystemThread]>

    /// One reactor per core this process may use.
    package static var defaultCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Starts the threads. SIGPIPE is ignored from here on: a peer that went away is an errno, not a death.
    ///
    /// - Parameter interrupts: whether a loop that is woken may take the core from who runs there. Where its clients are on the
    ///   same machine, that is often who has just sent to it and has more to send.
    package init(count: Int = ReactorGroup.defaultCount, interrupts: Bool = true) {
        signal(SIGPIPE, SIG_IGN)
        do {
            reactors = try (0..<count).map { try Reactor(index: $0) }
        } catch {
            fatalError("cannot start the reactors: \(error)")
        }
        threads = Locked(
            reactors.map { reactor in
                SystemThread(named: "reactor-\(reactor.index)") {
                    if !interrupts { sallyport_stand_in_line() }
                    reactor.runLoop()
                }
            })
    }

    /// The next reactor, round robin.
    package func next() -> Reactor {
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return reactors[Int(UInt(bitPattern: turn) % UInt(reactors.count))]
    }

    /// Stops the loops after what they run now, and joins the threads. Not to be called on a reactor. What is started on a
    /// stopped reactor never runs, so whoever starts tasks on it has to have ended before.
    package func shutdown() {
        precondition(Reactor.current == nil, "a reactor cannot join itself")
        for reactor in reactors { reactor.stop() }
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in threads { thread.join() }
    }
}
