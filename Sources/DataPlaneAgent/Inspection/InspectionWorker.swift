internal import CLinux
internal import Glibc
internal import SQLInspection

/// The worker's side: text in, parse tree out, until the agent closes the socket.
///
/// Runs in a process of its own, in a sandbox without files, network or other processes. It keeps nothing between texts.
enum InspectionWorker {
    /// The hidden argument of the agent's executable.
    static let argument = "inspection-worker"
    /// libpg_query recurses: within the pre-scan's caps it needs less than 16 MiB.
    private static let stackBytes = 64 << 20
    private static let addressSpaceBytes = 3 << 30

    static func run(descriptor: Int32) -> Never {
        DeepThread.start(stackBytes: stackBytes) {
            // What is allocated lazily on first use would need calls that the sandbox forbids.
            _ = try? LibpgQueryParser().parse(Array("SELECT 1".utf8), as: .sql)
            if sallyport_enter_sandbox(addressSpaceBytes) != 0 { _exit(1) }
            serve(WorkerSocket(descriptor: descriptor))
            _exit(0)
        }
        while true { pause() }
    }

    private static func serve(_ socket: WorkerSocket) {
        let parser = LibpgQueryParser()
        let limit = InspectionLimits().textBytes
        while let header = try? socket.read(WorkerFrames.requestHeaderBytes, until: nil) {
            let count = WorkerFrames.number(header[1..<5])
            guard let language = ParsedLanguage(rawValue: header[0]), count <= 2 * limit,
                let text = try? socket.read(count, until: nil)
            else { return }
            let result: Result<[UInt8], InspectionFailure>
            do throws(InspectionFailure) {
                result = .success(try parser.parse(text, as: language))
            } catch {
                result = .failure(error)
            }
            guard (try? socket.write(WorkerFrames.answer(result), until: nil)) != nil else { return }
        }
    }
}
