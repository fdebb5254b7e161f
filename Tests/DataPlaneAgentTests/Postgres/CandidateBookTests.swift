import PostgresWire
import Testing

@testable import DataPlaneAgent

@Suite struct CandidateBookTests {
    private let name = WireName("s")

    private func values(_ book: CandidateBook<String>, _ name: WireName) -> [String] {
        book[name].map(\.value)
    }

    @Test func takesAllThatANameMayMean() throws {
        var book = CandidateBook<String>(capacity: 4)
        let first = try #require(book.add("old", as: .unnamed))
        book.confirm(.unnamed, first)
        let second = try #require(book.add("new", as: .unnamed))
        #expect(values(book, .unnamed) == ["old", "new"])
        book.confirm(.unnamed, second)
        #expect(values(book, .unnamed) == ["new"])
    }

    @Test func keepsTheOldMeaningWhenTheNewOneWasRefused() throws {
        var book = CandidateBook<String>(capacity: 4)
        book.confirm(name, try #require(book.add("old", as: name)))
        let refused = try #require(book.add("new", as: name))
        book.disprove(name, refused)
        #expect(values(book, name) == ["old"])
    }

    @Test func forgetsOnlyWhatWasThereWhenItWasClosed() throws {
        var book = CandidateBook<String>(capacity: 4)
        _ = book.add("old", as: name)
        let horizon = book.horizon
        _ = book.add("new", as: name)
        book.close(name, upTo: horizon)
        #expect(values(book, name) == ["new"])
        book.closeAll(upTo: book.horizon)
        #expect(book[name].isEmpty)
        #expect(book.count == 0)
    }

    @Test func refusesMoreNamesAndMoreCandidatesThanItHolds() {
        var book = CandidateBook<Int>(capacity: 2)
        #expect(book.add(1, as: WireName("a")) != nil)
        #expect(book.add(2, as: WireName("b")) != nil)
        #expect(book.add(3, as: WireName("c")) == nil)
        for value in 0..<7 { #expect(book.add(value, as: WireName("a")) != nil) }
        #expect(book.add(9, as: WireName("a")) == nil)
    }
}
