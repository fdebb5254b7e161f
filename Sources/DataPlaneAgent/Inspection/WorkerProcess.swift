internal import CLinux
internal import Glibc
internal import SQLInspection

/// One worker process as seen by the thread that owns it. Started when first needed, replaced when it dies or is slow.
///
/// Not Sendable: the process is tied to the thread that starts it and dies with it.
final class WorkerProcess: StatementParser {
    private let executable: String
    private let timeLimit: Duration
    private var running: (process: pid_t, socket: WorkerSocket)?
    /// After a text of this size the process is replaced: its memory would not come back otherwise.
    private static let recycledTextBytes = 2 << 20

    init(executable: String, timeLimit: Duration) {
        self.executable = executable
        self.timeLimit = timeLimit
    }

    deinit { stop() }

    /// Starts the process ahead of the next text, where there is none.
    func prepare() throws(InspectionFailure) { _ = try start() }

    func parse(_ text: [UInt8], as language: ParsedLanguage) throws(InspectionFailure) -> [UInt8] {
        let socket = try start()
        let deadline = ContinuousClock.now + timeLimit
        let result: Result<[UInt8], InspectionFailure>
        do throws(WorkerSocket.Failure) {
            try socket.write(WorkerFrames.request(text, language), until: deadline)
            let header = try socket.read(WorkerFrames.answerHeaderBytes, until: deadline)
            let count = WorkerFrames.number(header[5..<9])
            guard count <= WorkerFrames.maximumPayloadBytes else { throw .closed }
            let payload = try socket.read(count, until: deadline)
            result = WorkerFrames.result(
                status: header[0], position: WorkerFrames.number(header[1..<5]), payload: payload)
            if text.count > Self.recycledTextBytes { stop() }
        } catch {
            stop()
            switch error {
            case .timedOut: throw .tooComplex("parsing took longer than \(timeLimit)")
            case .closed: throw .tooComplex("the parser gave up on it")
            }
        }
        return try result.get()
    }

    private func start() throws(InspectionFailure) -> WorkerSocket {
        if let running {
            // It may have been killed while idle.
            if waitpid(running.process, nil, WNOHANG) == 0 { return running.socket }
            close(running.socket.descriptor)
            self.running = nil
        }
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &pair) == 0 else {
            throw .unavailable("no socket for a worker: errno \(errno)")
        }
        let process = sallyport_spawn_worker(executable, InspectionWorker.argument, pair[1])
        let error = errno
        close(pair[1])
        guard process > 0 else {
            close(pair[0])
            throw .unavailable("no worker could be started: errno \(error)")
        }
        let socket = WorkerSocket(descriptor: pair[0])
        running = (process, socket)
        return socket
    }

    func stop() {
        guard let running else { return }
        self.running = nil
        close(running.socket.descriptor)
        kill(running.process, SIGKILL)
        waitpid(running.process, nil, 0)
    }
}
