import Foundation
import Logging
import Reactor
import Recording
import Synchronization
import Testing

@testable import DataPlaneAgent

struct RecordUploaderTests {
    private let session = RecordSessionID((7, 3))

    @Test func sendsRecordsSoonAfterTheyAreAppended() async throws {
        let bench = SpoolBench()
        let spool = try bench.open()
        let sink = CollectingSink()
        let uploader = RecordUploader(backlog: spool.backlogs[0], sink: sink, log: Logger(label: "test"))
        let running = bench.reactor.spawn { await uploader.run() }
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            try spool.lanes[0].appendStarted(1, text: [0x20], chain: &chain)
            while sink.batches.isEmpty || spool.backlogs[0].pendingBytes > 0 { await bench.reactor.yield() }
        }
        uploader.stop()
        await running.value
        #expect(try sink.records().map(\.kind) == [.laneOpened, .statementStarted])
    }

    @Test func triesAgainUntilTheControlPlaneIsBack() async throws {
        let bench = SpoolBench()
        let spool = try bench.open()
        let sink = CollectingSink(failing: [.unavailable("refused"), .unavailable("503"), .rejected("400")])
        let uploader = RecordUploader(backlog: spool.backlogs[0], sink: sink, log: Logger(label: "test"))
        let running = bench.reactor.spawn { await uploader.run() }
        try await bench.onReactor { while spool.backlogs[0].pendingBytes > 0 { await bench.reactor.yield() } }
        uploader.stop()
        await running.value
        #expect(sink.state.withLock { $0.attempts } == 4)
        #expect(try sink.records().count == 1)
    }

    @Test func sendsAsEvidenceWhatDoesNotVerify() async throws {
        let bench = SpoolBench()
        let spool = try bench.open()
        let sink = CollectingSink(failing: [.chainBroken("sequence 4")])
        await spool.uploadAll(to: sink)
        #expect(sink.batches.map(\.isEvidence) == [true])
        #expect(spool.backlogs[0].pendingBytes == 0)
    }

    @Test func stopsWithRecordsLeftWhenTheControlPlaneIsAway() async throws {
        let bench = SpoolBench()
        let spool = try bench.open()
        await spool.uploadAll(to: CollectingSink(failing: [.unavailable("refused")]))
        #expect(spool.backlogs[0].pendingBytes > 0)
    }

    @Test func deletesSegmentsThatAreWhollyAcknowledged() async throws {
        let bench = SpoolBench()
        let spool = try bench.open(segmentBytes: 64 << 10)
        let lane = spool.lanes[0]
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            let text = [UInt8](repeating: 0x20, count: 1000)
            for number in 0..<500 as Range<UInt64> {
                try lane.appendStarted(number, text: text, chain: &chain)
            }
            try await lane.flushed(through: lane.position)
        }
        #expect(try bench.laneFiles().count > 5)
        await spool.uploadAll(to: CollectingSink())
        try await bench.onReactor {
            while spool.diskBytes > 2 * (64 << 10) { await bench.reactor.yield() }
        }
        #expect(try bench.laneFiles().filter { $0.hasSuffix(".segment") }.count <= 2)
    }

    @Test func aDamagedSegmentIsSetAsideAndTheRestGoesOn() async throws {
        let bench = SpoolBench()
        let damaged: String
        do {
            let spool = try bench.open(segmentBytes: 64 << 10)
            let lane = spool.lanes[0]
            try await bench.onReactor { [session] in
                var chain = SessionChain(session: session)
                let text = [UInt8](repeating: 0x20, count: 1000)
                for number in 0..<150 as Range<UInt64> {
                    try lane.appendStarted(number, text: text, chain: &chain)
                }
                try await lane.flushed(through: lane.position)
            }
            damaged = try bench.segmentPath(0)
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: damaged)))
            bytes[SpoolLayout.headerLength + 20] ^= 1
            let handle = try FileHandle(forWritingTo: URL(filePath: damaged))
            try handle.write(contentsOf: Data(bytes))
            try handle.close()
            let sink = CollectingSink()
            await spool.uploadAll(to: sink)
            #expect(try sink.records().contains { $0.kind == .statementStarted })
            #expect(spool.backlogs[0].pendingBytes == 0)
        }
        #expect(FileManager.default.fileExists(atPath: damaged + ".damaged"))
    }

    @Test func doesNotBelieveAnAnswerBeyondWhatWasSent() async throws {
        struct LyingSink: RecordSink {
            func upload(_ batch: RecordBatch) async throws(RecordSinkError) -> Int { batch.end + 1 }
        }
        let bench = SpoolBench()
        let spool = try bench.open()
        await spool.uploadAll(to: LyingSink())
        #expect(spool.backlogs[0].pendingBytes > 0)
    }
}
