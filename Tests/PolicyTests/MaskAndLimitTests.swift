import APIModels
import Policy
import Testing

@Suite struct MaskAndLimitTests {
    private typealias F = Fixtures

    private func mask(_ target: String, _ strategy: String, more: String = "") -> String {
        #"{"effect": "mask", \#(target), "with": {\#(strategy)}\#(more)}"#
    }

    private func masks(_ rules: String..., facts: StatementFacts = F.facts(.read)) throws -> MaskPlan {
        let policies = try rules.enumerated().map { index, rule in
            try F.policy("p\(index)", rules: #"{"effect": "allow"}, \#(rule)"#)
        }
        return try F.applicable(policies).decide(facts, at: F.now).masks
    }

    @Test func theStrictestMaskWins() throws {
        let kinds = ["partial", "hash", "tokenize", "redact", "null"]
        for (index, kind) in kinds.enumerated() {
            for weaker in kinds[...index] {
                func text(_ kind: String) -> String {
                    #""kind": "\#(kind)""# + (kind == "partial" ? #", "keep_last": 4"# : "")
                }
                let plan = try masks(
                    mask(#""tags": ["pii"]"#, text(weaker)), mask(#""tags": ["pii"]"#, text(kind)))
                #expect(plan.mask(column: "a.b.c", tags: ["pii"])?.strategy.kind.rawValue == kind)
            }
        }
    }

    @Test func coversColumnsByNamePatternAndTag() throws {
        let plan = try masks(
            mask(#""columns": ["public.c.card", "audit.*", "\"public\".\"c\".pin"]"#, #""kind": "hash""#),
            mask(#""tags": ["pii", "secret"]"#, #""kind": "redact""#))
        #expect(plan.mask(column: "public.c.card", tags: [])?.strategy == .hash)
        #expect(plan.mask(column: "public.c.pin", tags: [])?.strategy == .hash)
        #expect(plan.mask(column: "audit.log.text", tags: [])?.strategy == .hash)
        #expect(plan.mask(column: "audit.log.text", tags: ["secret"])?.strategy == .redact(text: nil))
        #expect(plan.mask(column: "public.c.name", tags: ["internal"]) == nil)
    }

    @Test func namesTheRuleThatMasks() throws {
        let plan = try masks(
            mask(#""tags": ["pii"]"#, #""kind": "hash""#), mask(#""tags": ["pii"]"#, #""kind": "null""#))
        #expect(plan.mask(column: "a.b.c", tags: ["pii"])?.policy == "p1")
        #expect(plan.applied.count == 2)
    }

    @Test func aMaskMayDependOnTheStatement() throws {
        let rule = mask(#""tags": ["pii"]"#, #""kind": "null""#, more: #", "tables": ["public.c"]"#)
        #expect(try masks(rule, facts: F.facts(.read, reads: ["public.c"])).coversColumns)
        #expect(try masks(rule, facts: F.facts(.read, reads: ["public.d"])).isEmpty)
    }

    @Test func anOutputOfUnknownOriginGetsTheStrictestOfWhatTheStatementTouches() throws {
        let plan = try masks(
            mask(#""tags": ["pii"]"#, #""kind": "hash""#),
            mask(#""columns": ["a.b.c"]"#, #""kind": "redact""#))
        let touched = [
            ColumnFact("a.b.c", tags: [], use: .output), ColumnFact("a.b.d", tags: ["pii"], use: .predicate),
        ]
        #expect(plan.mask(anyOf: touched)?.strategy == .redact(text: nil))
        #expect(plan.mask(anyOf: [ColumnFact("a.b.e", tags: [], use: .output)]) == nil)
        #expect(plan.strictestForColumns?.strategy == .redact(text: nil))
    }

    @Test func detectorsAddUp() throws {
        let plan = try masks(
            mask(#""detectors": ["us_ssn", "credit_card"]"#, #""kind": "redact""#),
            mask(#""detectors": ["us_ssn"]"#, #""kind": "null""#))
        #expect(plan.detectors.map(\.name) == ["credit_card", "us_ssn"])
        #expect(plan.detectors.map(\.mask.strategy) == [.redact(text: nil), .null])
        #expect(!plan.coversColumns)
    }

    @Test func theLowerOfEachLimitWins() throws {
        let one = try F.policy(
            "a",
            rules: #"{"effect": "allow"}, {"effect": "limit", "max_rows": 10, "statement_timeout": "1m"}"#)
        let two = try F.policy(
            "b",
            rules: #"{"effect": "limit", "max_rows": 20, "statement_timeout": "30s", "max_affected_rows": 5}"#
        )
        let writes = try F.policy("c", rules: #"{"effect": "limit", "actions": ["write"], "max_rows": 1}"#)
        let limits = try F.decide(F.facts(.read), two, one, writes).limits
        #expect(limits == StatementLimits(maxRows: 10, maxAffectedRows: 5, statementTimeout: .seconds(30)))
        #expect(try F.decide(F.facts(.write), two, one, writes).limits.maxRows == 1)
    }

    @Test func plansWithoutRulesOfTheirOwnAreShared() throws {
        let applicable = try F.applicable([
            F.policy(rules: #"{"effect": "allow"}, \#(mask(#""tags": ["a"]"#, #""kind": "null""#))"#)
        ])
        #expect(
            applicable.decide(F.facts(.read), at: F.now).masks
                === applicable.decide(F.facts(.write), at: F.now).masks)
    }
}
