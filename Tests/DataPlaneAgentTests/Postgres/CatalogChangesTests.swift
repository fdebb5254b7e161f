import Testing

@testable import DataPlaneAgent

/// What counts as under way, and for whom.
struct CatalogChangesTests {
    private final class Session {}
    private let one = Session()
    private let other = Session()
    private let changes = CatalogChanges()
    private let anything = ChangeScope(names: nil, isSingle: true)

    private func begin(by session: Session) -> UInt64 {
        changes.begin(anything, by: ObjectIdentifier(session))
    }

    private func disturbing(_ moment: CatalogChanges.Moment) -> Int {
        changes.disturbing(moment, besides: ObjectIdentifier(one)).count
    }

    @Test func nothingDisturbsWhereNothingChanges() {
        let moment = changes.moment
        #expect(moment.isQuiet)
        #expect(changes.isUndisturbed(since: moment))
        #expect(disturbing(moment) == 0)
    }

    @Test func whatIsUnderWayDisturbsBeforeAndBehindItsBeginning() {
        let before = changes.moment
        let change = begin(by: other)
        let during = changes.moment
        #expect(!changes.isUndisturbed(since: before))
        #expect(!changes.isUndisturbed(since: during))
        changes.end(change)
        #expect(!changes.isUndisturbed(since: before))
        #expect(!changes.isUndisturbed(since: during))
        #expect(disturbing(before) == 1)
        #expect(disturbing(during) == 1)
        #expect(changes.isUndisturbed(since: changes.moment))
        #expect(disturbing(changes.moment) == 0)
    }

    @Test func onesOwnChangesDisturbNobodyElseThanOthers() {
        let before = changes.moment
        changes.end(begin(by: one))
        #expect(disturbing(before) == 0)
        changes.end(begin(by: other))
        #expect(disturbing(before) == 1)
    }

    @Test func theyMayEndInAnyOrder() {
        let first = begin(by: other)
        let second = begin(by: other)
        changes.end(second)
        let between = changes.moment
        #expect(disturbing(between) == 1)
        changes.end(first)
        #expect(disturbing(between) == 1)
        #expect(changes.moment.isQuiet)
    }

    @Test func oldOnesAreRememberedTogether() {
        let before = changes.moment
        let endless = begin(by: other)
        for _ in 0..<1_000 { changes.end(begin(by: other)) }
        let all = changes.disturbing(before, besides: ObjectIdentifier(one))
        #expect(all.count < 1_000)
        #expect(all.reduce(0) { $0 + $1.count } == 1_001)
        #expect(disturbing(changes.moment) == 1)
        changes.end(endless)
        #expect(changes.moment.isQuiet)
        #expect(disturbing(changes.moment) == 0)
    }
}
