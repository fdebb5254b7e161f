import Foundation
import Reactor
import Recording
import Testing

@testable import DataPlaneAgent

/// A process that records is killed with SIGKILL at some moment: everything it had said was recorded is there.
struct SpoolCrashTests {
    @Test(arguments: [1_000, 5_000, 20_000, 50_000, 51_777, 100_000] as [UInt32])
    func losesNothingThatWasAcknowledged(killedAfterMicroseconds: UInt32) async throws {
        let bench = SpoolBench()
        let directory = bench.directory
        let result = await #expect(processExitsWith: .signal(SIGKILL)) {
            [directory = directory as String, killedAfterMicroseconds = killedAfterMicroseconds as UInt32] in
            try await SpoolCrashTests.recordUntilKilled(directory, after: killedAfterMicroseconds)
        }
        #expect(result != nil)

        let journal = [UInt8](try Data(contentsOf: URL(filePath: directory + "/journal")))
        let acknowledged = journal.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
        let sink = CollectingSink()
        await (try bench.open(segmentBytes: 256 << 10)).uploadAll(to: sink)
        var chain = SessionChain(session: SpoolCrashTests.session)
        for record in try sink.records() where record.session == SpoolCrashTests.session {
            try chain.follow(record)
        }
        #expect(chain.nextSequence >= acknowledged)
        #expect(chain.nextSequence <= acknowledged + 1, "one record may have been under way")
    }

    private static let session = RecordSessionID((7, 4))

    private static func recordUntilKilled(_ directory: String, after microseconds: UInt32) async throws {
        let group = ReactorGroup(count: 1)
        let spool = try Spool(
            directory: directory,
            configuration: SpoolConfiguration(totalBytes: 1 << 30, segmentBytes: 256 << 10, lanes: 1),
            reactors: group.reactors, openedAt: SpoolBench.openedAt)
        let journal = open(directory + "/journal", O_WRONLY | O_CREAT, 0o600)
        var none: UInt64 = 0
        pwrite(journal, &none, 8, 0)
        Thread.detachNewThread {
            usleep(microseconds)
            kill(getpid(), SIGKILL)
        }
        let lane = spool.lanes[0]
        try await Task(executorPreference: group.reactors[0]) {
            var chain = SessionChain(session: session)
            while true {
                let text = Array("SELECT \(chain.nextSequence)".utf8)
                let position = try lane.appendStarted(chain.nextSequence, text: text, chain: &chain)
                if chain.nextSequence % 500 == 0 { try await lane.flushed(through: position) }
                var acknowledged = chain.nextSequence
                pwrite(journal, &acknowledged, 8, 0)
            }
        }.value
    }
}
