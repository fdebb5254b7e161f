import Testing

@testable import SQLInspection

struct PreScanTests {
    private func failure(_ text: String) -> InspectionFailure? {
        do {
            try PreScan.check(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    private func isTooComplex(_ text: String) -> Bool {
        if case .tooComplex? = failure(text) { true } else { false }
    }

    @Test func refusesChainsOfOperators() {
        #expect(failure("SELECT 1" + String(repeating: "+1", count: 900)) == nil)
        #expect(isTooComplex("SELECT 1" + String(repeating: "+1", count: 1_100)))
        #expect(isTooComplex("SELECT " + String(repeating: "NOT ", count: 1_100) + "true"))
        #expect(isTooComplex("SELECT 1" + String(repeating: "::int", count: 1_100)))
    }

    @Test func takesLongListsAndConditions() {
        #expect(failure("SELECT 1 IN (" + (0..<20_000).map(String.init).joined(separator: ",") + ")") == nil)
        #expect(failure("SELECT 1 WHERE " + (0..<5_000).map { "a = \($0)" }.joined(separator: " OR ")) == nil)
        #expect(
            failure(
                "INSERT INTO t VALUES " + (0..<5_000).map { "(\($0), -1.5, 'x')" }.joined(separator: ", "))
                == nil)
    }

    @Test(arguments: ["(", "[", "case when "])
    func refusesDeepNesting(_ opening: String) {
        #expect(failure("SELECT " + String(repeating: opening, count: 150)) == nil)
        #expect(isTooComplex("SELECT " + String(repeating: opening, count: 300)))
    }

    @Test func refusesNestedComments() {
        #expect(failure("/* /* */ */ SELECT 1") == nil)
        #expect(isTooComplex(String(repeating: "/*", count: 30_000)))
    }

    @Test func refusesUnionsWithoutEnd() {
        #expect(isTooComplex("SELECT 1, 2" + String(repeating: " UNION SELECT 1, 2", count: 1_100)))
    }

    @Test func looksIntoNoQuotes() {
        let deep = String(repeating: "(", count: 300)
        #expect(failure("SELECT '\(deep)'") == nil)
        #expect(failure("SELECT \"\(deep)\"") == nil)
        #expect(failure("SELECT $a$\(deep)$b$$a$") == nil)
        #expect(failure("SELECT E'\\'\(deep)'") == nil)
        #expect(failure("SELECT 1 -- \(deep)\n") == nil)
        #expect(isTooComplex("SELECT '\\'\(deep)"))
    }

    @Test func refusesWhatIsNotText() {
        #expect(
            throws: InspectionFailure.syntax(
                message: "invalid byte sequence for encoding \"UTF8\"", position: 0)
        ) {
            try PreScan.check([0x53, 0xff])
        }
        #expect(throws: InspectionFailure.self) { try PreScan.check([0x53, 0x00]) }
    }

    @Test func endsInsideUnfinishedTokens() {
        for text in ["'", "\"", "$", "$a", "$a$", "E'\\", "/*", "--", "-", "/", "\u{e9}"] {
            #expect(failure(text) == nil)
        }
    }
}
