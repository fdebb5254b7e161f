import Foundation
import Reactor
import Recording
import Testing

@testable import DataPlaneAgent

@Suite(.timeLimit(.minutes(2)))
struct SpoolLaneTests {
    private let session = RecordSessionID((7, 1))

    @Test func keepsEveryRecordInOrderAcrossSegments() async throws {
        let bench = SpoolBench()
        let spool = try bench.open(segmentBytes: 64 << 10)
        let lane = spool.lanes[0]
        let head = try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            var last = lane.position
            for number in 1...2_000 as ClosedRange<UInt64> {
                let position = try lane.appendStarted(
                    number, text: Array("SELECT \(number)".utf8), chain: &chain)
                #expect(position > last)
                last = position
            }
            return chain
        }
        let sink = CollectingSink()
        await spool.uploadAll(to: sink)
        var chain = SessionChain(session: session)
        let records = try sink.records()
        #expect(records.first?.kind == .laneOpened)
        for record in records.dropFirst() { try chain.follow(record) }
        #expect(chain == head)
        #expect(Set(sink.batches.map(\.segment)).count > 3)
    }

    @Test func isDiskDurableOnceFlushed() async throws {
        let bench = SpoolBench()
        let lane = try bench.open().lanes[0]
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            let position = try lane.appendStarted(1, text: [0x20], chain: &chain)
            #expect(!lane.isFlushed(position))
            try await lane.flushed(through: position)
            #expect(lane.isFlushed(position))
        }
    }

    @Test func whatAFailedSyncMayHaveLostIsNeverDurable() async throws {
        let bench = SpoolBench()
        let lane = try bench.open().lanes[0]
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            let durable = try lane.appendStarted(1, text: [0x20], chain: &chain)
            try await lane.flushed(through: durable)
            try bench.breakSyncs(of: lane.segment.path)
            let lost = try lane.appendStarted(2, text: [0x20], chain: &chain)
            await #expect(throws: SpoolError.self) { try await lane.flushed(through: lost) }
            while lane.failure != nil { try await lane.reactor.sleep(for: .milliseconds(20)) }
            // The lane has started over, behind what was lost.
            #expect(!lane.isFlushed(lost))
            await #expect(throws: SpoolError.self) { try await lane.flushed(through: lost) }
            #expect(lane.isFlushed(durable))
            let later = try lane.appendStarted(3, text: [0x20], chain: &chain)
            try await lane.flushed(through: later)
        }
    }

    @Test func positionsGrowOverAFailedSync() async throws {
        let bench = SpoolBench()
        let lane = try bench.open(segmentBytes: 64 << 10).lanes[0]
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            var number: UInt64 = 0
            func fill(to share: Double) throws {
                while Double(lane.used) < share * Double(lane.segment.capacity) {
                    number += 1
                    try lane.appendStarted(number, text: [UInt8](repeating: 0x20, count: 500), chain: &chain)
                }
            }
            // Beyond its middle the next segment is prepared.
            try fill(to: 0.7)
            while try bench.laneFiles().filter({ $0.hasSuffix(".segment") }).count < 2 {
                try await lane.reactor.sleep(for: .milliseconds(5))
            }
            try bench.breakSyncs(of: lane.segment.path)
            let first = lane.segment.number
            let last = try lane.appendStarted(number + 1, text: [0x20], chain: &chain)
            await #expect(throws: SpoolError.self) { try await lane.flushed(through: last) }
            while lane.failure != nil { try await lane.reactor.sleep(for: .milliseconds(20)) }
            let second = lane.segment.number
            #expect(second > first)
            number += 1
            try fill(to: 0.95)
            while lane.segment.number == second {
                number += 1
                try lane.appendStarted(number, text: [UInt8](repeating: 0x20, count: 500), chain: &chain)
            }
            #expect(lane.segment.number > second)
            try await lane.flushed(through: lane.position)
        }
    }

    @Test func connectionsShareOneSync() async throws {
        let bench = SpoolBench()
        let lane = try bench.open().lanes[0]
        try await bench.onReactor {
            try await withThrowingTaskGroup(of: SpoolPosition.self) { group in
                for connection in 0..<50 as Range<UInt64> {
                    group.addTask {
                        var chain = SessionChain(session: RecordSessionID((1, connection)))
                        let position = try lane.appendStarted(1, text: [0x20], chain: &chain)
                        try await lane.flushed(through: position)
                        return position
                    }
                }
                for try await position in group { #expect(lane.isFlushed(position)) }
            }
        }
    }

    @Test func refusesBeginningsBeforeEndsWhenTheSpoolIsFull() async throws {
        let bench = SpoolBench()
        let lane = try bench.open(totalBytes: 128 << 10, segmentBytes: 64 << 10).lanes[0]
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            var number: UInt64 = 0
            let text = [UInt8](repeating: 0x20, count: 500)
            #expect(throws: SpoolError.full) {
                while true {
                    try lane.appendStarted(number + 1, text: text, chain: &chain)
                    number += 1
                }
            }
            let before = chain
            #expect(throws: SpoolError.full) { try lane.appendStarted(number + 1, text: text, chain: &chain) }
            #expect(chain == before)
            try lane.appendFinished(number, chain: &chain)
            #expect(chain.nextSequence == before.nextSequence + 1)
        }
    }

    @Test func takesStatementsAgainOnceTheControlPlaneHasTheOldOnes() async throws {
        let bench = SpoolBench()
        let spool = try bench.open(totalBytes: 256 << 10, segmentBytes: 64 << 10)
        let lane = spool.lanes[0]
        let sink = CollectingSink()
        let taken = try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            var taken = 0
            let text = [UInt8](repeating: 0x20, count: 500)
            for round in 1...5 {
                do {
                    while true {
                        let position = try lane.appendStarted(UInt64(taken), text: text, chain: &chain)
                        try await lane.flushed(through: position)
                        taken += 1
                    }
                } catch SpoolError.full {
                    #expect(taken >= round * 50)
                }
                await spool.uploadAll(to: sink)
                try await lane.backlogIsDropped()
            }
            return taken
        }
        #expect(try sink.records().count == taken + 1)
    }

    @Test func refusesARecordThatNoSegmentCanHold() async throws {
        let bench = SpoolBench()
        let lane = try bench.open(segmentBytes: 64 << 10).lanes[0]
        try await bench.onReactor { [session] in
            var chain = SessionChain(session: session)
            let text = [UInt8](repeating: 0x20, count: 64 << 10)
            #expect(throws: SpoolError.tooLarge) { try lane.appendStarted(1, text: text, chain: &chain) }
            #expect(chain == SessionChain(session: session))
            try lane.appendStarted(1, text: [0x20], chain: &chain)
        }
    }

    @Test func letsOneProcessHaveTheSpool() throws {
        let bench = SpoolBench()
        let spool = try bench.open()
        #expect(throws: SpoolError.inUse) { try bench.open(patiently: false) }
        withExtendedLifetime(spool) {}
    }

    /// Else a spool that was full when its process ended could never be uploaded.
    @Test func opensBeyondItsLimitAndRefusesStatementsUntilItIsUploaded() async throws {
        let bench = SpoolBench()
        let text = [UInt8](repeating: 0x20, count: 500)
        do {
            let lane = try bench.open(totalBytes: 128 << 10, segmentBytes: 64 << 10).lanes[0]
            try await bench.onReactor { [session] in
                var chain = SessionChain(session: session)
                #expect(throws: SpoolError.full) {
                    while true { try lane.appendStarted(1, text: text, chain: &chain) }
                }
            }
        }
        let spool = try bench.open(totalBytes: 128 << 10, segmentBytes: 64 << 10)
        let sink = CollectingSink()
        try await bench.onReactor {
            var chain = SessionChain(session: RecordSessionID((8, 8)))
            let refused = #expect(throws: SpoolError.self) {
                while true { try spool.lanes[0].appendStarted(1, text: text, chain: &chain) }
            }
            #expect(refused == .full)
            await spool.uploadAll(to: sink)
            // What was uploaded is deleted off the reactor: the room comes back a moment later.
            while (try? spool.lanes[0].appendStarted(2, text: text, chain: &chain)) == nil {
                await spool.lanes[0].reactor.yield()
            }
        }
        #expect(try sink.records().filter { $0.session == session }.count > 100)
    }

    @Test func smallSpoolsGetSmallSegments() {
        #expect(SpoolConfiguration(totalBytes: 1 << 20, lanes: 2).segmentBytes == 256 << 10)
        #expect(SpoolConfiguration(lanes: 64).segmentBytes == 16 << 20)
    }
}

extension SpoolLane {
    /// Waits until the segments that are acknowledged are gone from disk.
    fileprivate func backlogIsDropped() async throws {
        while backlog.pendingBytes > 0 || budget.takenBytes > 2 * configuration.segmentBytes {
            await reactor.yield()
        }
    }
}
