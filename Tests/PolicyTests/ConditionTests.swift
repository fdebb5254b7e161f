import APIModels
import Policy
import Testing

@Suite struct ConditionTests {
    private typealias F = Fixtures

    @Test(arguments: Condition.allCases)
    func eachConditionMatchesItself(condition: Condition) throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow"}, {"effect": "deny", "conditions": ["\#(condition.rawValue)"]}"#)
        for present in Condition.allCases {
            let outcome = try F.decide(F.facts(.read, conditions: [present]), policy).outcome
            #expect(outcome == (present == condition ? .deny : .allow))
        }
    }

    @Test(arguments: ColumnUse.allCases)
    func aTaggedColumnThatCouldBeGuessedIsASensitivePredicate(use: ColumnUse) throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow"}, {"effect": "deny", "conditions": ["sensitive_predicate"]}"#)
        let tagged = F.facts(.read, columns: [ColumnFact("public.c.ssn", tags: ["pii"], use: use)])
        let guessable = [ColumnUse.predicate, .grouping, .ordering].contains(use)
        #expect(try F.decide(tagged, policy).outcome == (guessable ? .deny : .allow))
        let plain = F.facts(.read, columns: [ColumnFact("public.c.name", tags: [], use: use)])
        #expect(try F.decide(plain, policy).outcome == .allow)
    }
}
