import Testing

@testable import PatternMatching

@Suite struct PatternDatabaseTests {
    private func matches(_ patterns: [String], _ text: String) throws -> [String]? {
        let bytes = Array(text.utf8)
        return try PatternDatabase(patterns).matches(in: bytes.span)?.map {
            "\($0.pattern):" + String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    @Test func givesTheLongestMatchAtEachPlace() throws {
        #expect(
            try matches(["EMP-[0-9]{4,6}", "b+"], "EMP-123456 EMP-12 abbb") == [
                "0:EMP-123456", "1:bbb",
            ])
        #expect(try matches(["x"], "") == [])
        #expect(try matches(["(?i)staff"], "STAFF\u{e9}") == ["0:STAFF"])
    }

    @Test(arguments: [("a(b", 1), ("[z-a]", 1), ("a**", 2)]) func saysWhereAPatternIsWrong(
        pattern: String, near: Int
    ) {
        let error = #expect(throws: PatternError.self) { try PatternDatabase(["fine", pattern]) }
        #expect(error?.pattern == 1)
        #expect(error?.position != nil, "\(error?.message ?? "")")
    }

    @Test(arguments: ["a*", "(a)\\1", "(?=a)b", "((a{1,500}){1,500}){1,500}b"]) func refusesWhatIsNotLinear(
        pattern: String
    ) {
        #expect(throws: PatternError.self) { try PatternDatabase([pattern]) }
    }

    @Test func givesUpOnAPatternThatMatchesEverywhere() throws {
        #expect(try matches(["."], String(repeating: "a", count: 20_000)) == nil)
    }

    @Test func scansFromManyTasksAtOnce() async throws {
        let database = try PatternDatabase(["[0-9]+"])
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<16 {
                group.addTask { database.matches(in: Array("a 12 b 345".utf8).span)?.count }
            }
            for await count in group { #expect(count == 2) }
        }
    }
}
