import ArgumentParser
import Glibc
import HTTP
import HTTPTypes
import Reactor
import Recording

/// Sends a control plane what a busy agent would send: for `bin/bench ingest`.
///
/// It enrols as an agent, makes all batches in memory, sends them, and prints what the sending took:
/// `{"records": ..., "statements": ..., "batches": ..., "bytes": ..., "sent_bytes": ..., "seconds": ..., "cpu_seconds": ...}`.
@main struct IngestLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingest-load", abstract: "Records of a busy agent for a control plane, all at once.")

    @Option(help: "Where the control plane is.") var url: String
    @Option(help: "A file with the certificate authority of the control plane.") var ca: String
    @Option(help: "What to enrol with.") var joinToken: String
    @Option(help: "The agent's name.") var agent: String
    @Option(help: "Lanes of the agent; each sends one batch after the other.") var lanes = 4
    @Option(help: "Records to send, over all lanes, at least.") var records = 400_000
    @Option(help: "Sessions that record into a lane at the same time.") var sessions = 16

    func run() async throws {
        let reactor = ReactorGroup(count: 1).next()
        let (options, trust) = (self, try Self.text(of: ca))
        let report = try await Task(executorPreference: reactor) {
            let agent = try await BenchAgent(options, trust: trust, on: reactor)
            var batches: [[RecordedBatch]] = []
            for _ in 0..<options.lanes {
                var lane = RecordedLane(of: agent, sessions: options.sessions)
                batches.append(try lane.batches(records: options.records / options.lanes))
            }
            return try await Self.send(batches, by: agent)
        }.value
        print(report)
    }

    /// The lanes side by side, as the uploaders of an agent are.
    private static func send(_ lanes: [[RecordedBatch]], by agent: BenchAgent) async throws -> String {
        let (clock, cpu) = (ContinuousClock(), processorSeconds)
        let began = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, batches) in lanes.enumerated() {
                group.addTask(executorPreference: agent.reactor) {
                    for batch in batches { try await agent.upload(batch, lane: number) }
                }
            }
            try await group.waitForAll()
        }
        let seconds = (clock.now - began) / Duration.seconds(1)
        let batches = lanes.joined()
        func total(_ field: (RecordedBatch) -> Int) -> Int { batches.reduce(0) { $0 + field($1) } }
        return """
            {"records": \(total(\.records)), "statements": \(total(\.statements)), "batches": \(batches.count), \
            "bytes": \(total(\.length)), "sent_bytes": \(total(\.body.count)), "seconds": \(seconds), \
            "cpu_seconds": \(processorSeconds - cpu)}
            """
    }

    private static func text(of path: String) throws -> String {
        // Sound: the file is closed where it was opened.
        guard let file = unsafe fopen(path, "r") else { throw ValidationError("cannot read \(path)") }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = unsafe getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static var processorSeconds: Double {
        var time = timespec()
        // Sound: the structure is filled during the call.
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
