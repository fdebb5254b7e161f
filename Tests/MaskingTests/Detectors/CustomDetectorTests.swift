import PatternMatching
import Testing

@testable import Masking

@Suite struct CustomDetectorTests {
    private func found(_ patterns: [CustomPattern], _ names: [String], _ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        return DetectorSet(named: names, custom: try CustomDetectors(patterns)).scan(bytes.span).map {
            ($0.detector?.name ?? "custom") + "=" + String(decoding: bytes[$0.range], as: UTF8.self)
        }
    }

    private func pattern(
        _ name: String, _ pattern: String, check: CustomPattern.Check? = nil, context: [String] = []
    ) -> CustomPattern {
        CustomPattern(name: name, pattern: pattern, check: check, context: context)
    }

    @Test func findsWhatAPolicyNames() throws {
        let patterns = [pattern("employee", "EMP-[0-9]+"), pattern("order", "ORD-[0-9]+")]
        #expect(try found(patterns, ["employee"], "EMP-123 ORD-4") == ["custom=EMP-123"])
        #expect(
            try found(patterns, ["order", "email"], "EMP-123 ORD-4 a@b.org") == [
                "custom=ORD-4", "email=a@b.org",
            ])
    }

    @Test func keepsWhatIsCompiledWhileThePatternsStay() throws {
        let before = try CustomDetectors([pattern("a", "A[0-9]+"), pattern("b", "B[0-9]+")])
        let renamed = [pattern("a", "A[0-9]+"), pattern("c", "B[0-9]+", context: ["word"])]
        #expect(try CustomDetectors(renamed, after: before).database === before.database)
        let swapped = try CustomDetectors([pattern("b", "B[0-9]+"), pattern("a", "A[0-9]+")], after: before)
        #expect(swapped.database !== before.database)
        let bytes = Array("A1 B2".utf8)
        let found = DetectorSet(named: ["b"], custom: swapped).scan(bytes.span).map(\.range)
        #expect(found == [3..<5])
        #expect(try CustomDetectors([], after: before).database == nil)
    }

    @Test func needsItsCheckAndItsWords() throws {
        let card = [pattern("loyalty", "[0-9]{8}", check: .luhn)]
        #expect(try found(card, ["loyalty"], "12345674 12345670") == ["custom=12345674"])
        let account = [pattern("account", "[A-Z]{2}[0-9]{2}[A-Z0-9]{4,30}", check: .mod97)]
        #expect(
            try found(account, ["account"], "GB82WEST12345698765432") == ["custom=GB82WEST12345698765432"])
        #expect(try found(account, ["account"], "GB82WEST12345698765433").isEmpty)
        let staff = [pattern("staff", "[0-9]{6}", context: ["employee", "staff"])]
        #expect(try found(staff, ["staff"], "Employees: 123456") == ["custom=123456"])
        #expect(try found(staff, ["staff"], "flagstaff 123456").isEmpty)
    }

    private func isLuhn(_ text: String) -> Bool { MatchChecks.isLuhn(Array(text.utf8).span) }

    @Test func checksDigits() {
        #expect(isLuhn("4111-1111-1111-1111") && isLuhn("18") && !isLuhn("19") && !isLuhn("8") && !isLuhn(""))
    }

    @Test func joinsWhatOverlaps() throws {
        let patterns = [pattern("host", "@[a-z.]+ now")]
        #expect(try found(patterns, ["host", "email"], "to a@b.org now") == ["custom=a@b.org now"])
    }

    @Test func masksAllWhereAPatternCannotTell() throws {
        let text = String(repeating: "a ", count: 20_000)
        #expect(try found([pattern("any", ".")], ["any"], text) == ["custom=\(text)"])
    }

    @Test func runsAllForANameThatNobodyKnows() throws {
        #expect(try found([], ["gone"], "a@b.org") == ["email=a@b.org"])
    }
}
