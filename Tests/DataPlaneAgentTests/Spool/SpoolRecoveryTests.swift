import Foundation
import Recording
import Testing

@testable import DataPlaneAgent

struct SpoolRecoveryTests {
    private let session = RecordSessionID((7, 2))

    /// Records `count` statements, and lets go of the spool as a killed process does.
    private func record(_ count: Int, in bench: SpoolBench, segmentBytes: Int = 1 << 20) async throws
        -> SessionChain
    {
        let spool = try bench.open(segmentBytes: segmentBytes)
        let lane = spool.lanes[0]
        return try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            for number in 0..<count {
                try lane.appendStarted(UInt64(number), text: Array("SELECT \(number)".utf8), chain: &chain)
            }
            return chain
        }
    }

    private func uploaded(_ spool: Spool) async throws -> [Record] {
        let sink = CollectingSink()
        await spool.uploadAll(to: sink)
        return try sink.records()
    }

    @Test func goesOnWithWhatAnotherProcessLeft() async throws {
        let bench = SpoolBench()
        let head = try await record(100, in: bench)
        let spool = try bench.open()
        #expect(spool.cuts.isEmpty)
        let records = try await uploaded(spool)
        var chain = SessionChain(session: session)
        for record in records where record.session == session { try chain.follow(record) }
        #expect(chain == head)
        // The new process says so behind all that the old one recorded.
        #expect(records.map(\.kind).lastIndex(of: .laneOpened) == records.count - 1)
    }

    @Test func cutsATornLastRecordOff() async throws {
        let bench = SpoolBench()
        _ = try await record(3, in: bench)
        let path = try bench.segmentPath(0)
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let end = try #require(bytes.lastIndex { $0 != 0 })
        bytes[end] ^= 0xff
        try Data(bytes).write(to: URL(filePath: path))
        let spool = try bench.open()
        #expect(spool.cuts.count == 1)
        #expect(
            try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == spool.cuts[0].keptBytes)
        let records = try await uploaded(spool)
        #expect(records.filter { $0.session == session }.map(\.sequence) == [0, 1])
    }

    @Test(arguments: [0, 3, 15])
    func removesASegmentWhoseHeaderNeverReachedTheDisk(length: Int) async throws {
        let bench = SpoolBench()
        _ = try await record(1, in: bench)
        let path = try bench.segmentPath(0)
        try Data([UInt8](repeating: 0, count: length)).write(to: URL(filePath: path))
        _ = try bench.open()
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func sendsNothingTwiceThatWasAcknowledged() async throws {
        let bench = SpoolBench()
        let first = try bench.open()
        #expect(try await uploaded(first).count == 1)
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            try first.lanes[0].appendStarted(1, text: [0x20], chain: &chain)
        }
        let sent = try await uploaded(first)
        #expect(sent.map(\.kind) == [.statementStarted])
    }

    @Test func resumesAtTheWatermarkAfterAKill() async throws {
        let bench = SpoolBench()
        do {
            let spool = try bench.open()
            try await bench.onReactor { [session] in
                var chain = SessionChain(session: session)
                try spool.lanes[0].appendStarted(1, text: [0x20], chain: &chain)
                await spool.uploadAll(to: CollectingSink())
                try spool.lanes[0].appendFinished(1, chain: &chain)
            }
        }
        let records = try await uploaded(try bench.open())
        #expect(records.map(\.kind) == [.statementFinished, .laneOpened])
    }

    @Test func uploadsTheLanesOfAProcessThatHadMore() async throws {
        let bench = SpoolBench(reactors: 3)
        _ = try bench.open()
        let spool = try bench.open(reactors: 1)
        #expect(spool.lanes.count == 1)
        #expect(spool.backlogs.map(\.lane) == [0, 1, 2])
        let sink = CollectingSink()
        await spool.uploadAll(to: sink)
        // Each lane tells of both processes.
        #expect(Dictionary(grouping: sink.batches, by: \.lane).mapValues(\.count) == [0: 2, 1: 2, 2: 2])
        #expect(try sink.records().allSatisfy { $0.kind == .laneOpened })
    }

    @Test func ignoresATornWatermark() async throws {
        let bench = SpoolBench()
        let spool = try bench.open()
        #expect(try await uploaded(spool).count == 1)
        let path = "\(bench.directory)/lane-0/acknowledged"
        #expect(try UploadWatermark.load(from: "\(bench.directory)/lane-0").segment > 0)
        try Data([UInt8](repeating: 1, count: 24)).write(to: URL(filePath: path))
        #expect(
            try UploadWatermark.load(from: "\(bench.directory)/lane-0")
                == SpoolPosition(segment: 0, offset: 0))
    }
}
