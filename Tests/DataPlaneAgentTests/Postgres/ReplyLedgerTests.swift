import PostgresWire
import Testing

@testable import DataPlaneAgent

@Suite struct ReplyLedgerTests {
    private let name = WireName("s1")
    private let refusal = Report(.error, .insufficientPrivilege, "no")

    private func sync() -> ReplyLedger.Entry { .sync(hidden: false, horizons: .init()) }

    private func describe(_ meaning: ReplyLedger.Meaning) -> String {
        switch meaning {
        case .asynchronous: "asynchronous"
        case .part(let entry): "part of \(label(entry))"
        case .completes(let entry): "completes \(label(entry))"
        case .fails(let entry, let skipped):
            "fails \(label(entry)), skips \(skipped.map(label).joined(separator: " "))"
        case .failsOutside: "fails outside"
        case .unexpected: "unexpected"
        }
    }

    private func label(_ entry: ReplyLedger.Entry) -> String {
        switch entry {
        case .parse: "parse"
        case .bind: "bind"
        case .describe: "describe"
        case .close: "close"
        case .execute: "execute"
        case .query: "query"
        case .sync: "sync"
        case .copyEnd: "copyEnd"
        case .refusal(_, let simple): simple ? "simple refusal" : "refusal"
        case .wrap: "wrap"
        case .own: "own"
        }
    }

    @Test func followsAPipelineInOrder() {
        var ledger = ReplyLedger()
        ledger.expect(.parse(name: .init(name), candidate: 1))
        ledger.expect(.bind(portal: .unnamed, candidate: 1))
        ledger.expect(.describe(hidden: nil))
        ledger.expect(sync())
        #expect(describe(ledger.received(.parseComplete)) == "completes parse")
        #expect(describe(ledger.received(.parameterStatus)) == "asynchronous")
        #expect(describe(ledger.received(.bindComplete)) == "completes bind")
        #expect(describe(ledger.received(.rowDescription)) == "completes describe")
        #expect(describe(ledger.received(.readyForQuery)) == "completes sync")
        #expect(ledger.isEmpty)
    }

    @Test func skipsToSyncAfterAnError() {
        var ledger = ReplyLedger()
        ledger.expect(.parse(name: .init(name), candidate: 1))
        ledger.expect(.bind(portal: .unnamed, candidate: 1))
        ledger.expect(.refusal(refusal, simple: false))
        ledger.expect(sync())
        ledger.expect(.parse(name: .init(name), candidate: 2))
        #expect(describe(ledger.received(.errorResponse)) == "fails parse, skips bind refusal")
        #expect(describe(ledger.received(.readyForQuery)) == "completes sync")
        #expect(describe(ledger.received(.parseComplete)) == "completes parse")
    }

    @Test func putsARefusalWhereItsMessageStood() {
        var ledger = ReplyLedger()
        ledger.expect(.bind(portal: .unnamed, candidate: 1))
        ledger.expect(.refusal(refusal, simple: false))
        ledger.expect(sync())
        #expect(describe(ledger.received(.bindComplete)) == "completes bind")
        #expect(describe(ledger.received(.errorResponse)) == "fails refusal, skips ")
        #expect(describe(ledger.received(.readyForQuery)) == "completes sync")
    }

    @Test func endsARefusedSimpleQueryWithReadyForQuery() {
        var ledger = ReplyLedger()
        ledger.expect(.refusal(refusal, simple: true))
        #expect(describe(ledger.received(.errorResponse)) == "part of simple refusal")
        #expect(describe(ledger.received(.readyForQuery)) == "completes simple refusal")
    }

    @Test func refusesWhatNothingExplains() {
        var ledger = ReplyLedger()
        #expect(describe(ledger.received(.dataRow)) == "unexpected")
        #expect(describe(ledger.received(.readyForQuery)) == "unexpected")
        ledger.expect(.bind(portal: .unnamed, candidate: 1))
        #expect(describe(ledger.received(.parseComplete)) == "unexpected")
        #expect(describe(ledger.received(.functionCallResponse)) == "unexpected")
    }

    @Test func takesAnErrorAtCommitForOneOutsideOfStatements() {
        var ledger = ReplyLedger()
        ledger.expect(sync())
        #expect(describe(ledger.received(.errorResponse)) == "fails outside")
        #expect(describe(ledger.received(.readyForQuery)) == "completes sync")
    }

    @Test func allowsAReadyForASyncThatRacedWithACopy() {
        var ledger = ReplyLedger()
        ledger.expectUncertainSync()
        #expect(describe(ledger.received(.readyForQuery)) == "completes sync")
        #expect(describe(ledger.received(.readyForQuery)) == "unexpected")
        ledger.expectUncertainSync()
        ledger.copyInCompleted()
        #expect(describe(ledger.received(.readyForQuery)) == "unexpected")
    }

    @Test func staysSmallOverALongSession() {
        var ledger = ReplyLedger()
        for serial in 0..<10_000 {
            ledger.expect(.bind(portal: .unnamed, candidate: UInt64(serial)))
            ledger.expect(.bind(portal: .unnamed, candidate: UInt64(serial)))
            _ = ledger.received(.bindComplete)
            #expect(ledger.count == serial + 1)
        }
        for _ in 0..<10_000 { _ = ledger.received(.bindComplete) }
        #expect(ledger.isEmpty)
    }
}
