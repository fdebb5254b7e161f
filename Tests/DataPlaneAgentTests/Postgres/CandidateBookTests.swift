import PostgresWire
import Testing

@testable import DataPlaneAgent

@Suite struct CandidateBookTests {
    private let name = WireName("s")

    private func values(_ book: CandidateBook<String>, _ name: WireName) -> [String] {
        book[name].map(\.value)
    }

    private func add(_ value: String, as name: WireName, to book: inout CandidateBook<String>) throws
        -> UInt64
    {
        let serial = book.add(value, as: name)
        return try #require(serial)
    }

    @Test func takesAllThatANameMayMean() throws {
        var book = CandidateBook<String>(capacity: 4)
        let first = try add("old", as: .unnamed, to: &book)
        book.confirm(.unnamed, first)
        let second = try add("new", as: .unnamed, to: &book)
        #expect(values(book, .unnamed) == ["new"] && book.only(.unnamed) == "new")
        book.beginEpoch()
        #expect(values(book, .unnamed) == ["old", "new"] && book.only(.unnamed) == nil)
        book.confirm(.unnamed, second)
        #expect(values(book, .unnamed) == ["new"] && book.only(.unnamed) == "new")
        #expect(book.only(name) == nil)
    }

    @Test func keepsTheOldMeaningWhenTheNewOneWasRefused() throws {
        var book = CandidateBook<String>(capacity: 4)
        let old = try add("old", as: name, to: &book)
        book.confirm(name, old)
        let refused = try add("new", as: name, to: &book)
        book.disprove(name, refused)
        #expect(values(book, name) == ["old"])
    }

    @Test func forgetsOnlyWhatWasThereWhenItWasClosed() throws {
        var book = CandidateBook<String>(capacity: 4)
        _ = try add("old", as: name, to: &book)
        let horizon = book.horizon
        _ = try add("new", as: name, to: &book)
        book.close(name, upTo: horizon)
        #expect(values(book, name) == ["new"])
        book.closeAll(upTo: book.horizon)
        #expect(book[name].isEmpty)
        #expect(book.count == 0)
    }

    @Test func forgetsEverythingAtAHorizonThatCoversIt() throws {
        var book = CandidateBook<String>(capacity: 4)
        _ = try add("a", as: .unnamed, to: &book)
        _ = try add("b", as: name, to: &book)
        let horizon = book.horizon
        _ = try add("c", as: .unnamed, to: &book)
        book.closeAll(upTo: horizon)
        #expect(values(book, .unnamed) == ["c"] && values(book, name).isEmpty)
        book.closeAll(upTo: book.horizon)
        #expect(book.count == 0)
    }

    @Test func keepsWhatOutlivesATransaction() throws {
        var book = CandidateBook<String>(capacity: 4)
        _ = try add("held", as: name, to: &book)
        _ = try add("gone", as: WireName("other"), to: &book)
        _ = try add("gone", as: .unnamed, to: &book)
        book.closeAll(upTo: book.horizon) { $0 == "held" }
        #expect(values(book, name) == ["held"] && book.count == 1)
        book.closeAll(upTo: book.horizon)
        #expect(book.count == 0)
    }

    @Test func refusesMoreNamesAndMoreCandidatesThanItHolds() {
        var book = CandidateBook<Int>(capacity: 2)
        let serials = ["a", "b", "c"].map { book.add(0, as: WireName($0)) }
        #expect(serials == [1, 2, nil])
        let more = (0..<CandidateBook<Int>.candidatesPerName).map { book.add($0, as: WireName("a")) }
        #expect(more.dropLast().allSatisfy { $0 != nil })
        #expect(more.last == .some(nil))
    }
}
