import APIModels
import Policy
import Testing

@Suite struct DenialTests {
    private typealias F = Fixtures

    @Test func saysWhatWasRefusedAndByWhichRule() throws {
        let policy = try F.policy(
            "ai-agents-prod",
            rules: """
                {"effect": "allow", "actions": ["read"]},
                {"effect": "deny", "actions": ["ddl", "admin"], "reason": "schema changes go through migrations"}
                """)
        let denial = try #require(try F.decide(F.facts(.ddl), policy).denial)
        #expect(
            denial.message
                == "ddl is denied (policy ai-agents-prod, rule 1: schema changes go through migrations)")
        let expected: JSON = [
            "code": "policy_denied", "reason": "denied_by_rule", "actions": ["ddl"], "tables": [],
            "rules": [
                ["policy": "ai-agents-prod", "rule": 1, "reason": "schema changes go through migrations"]
            ],
            "policy_revision": 7, "access_request": .null,
        ]
        #expect(denial.detail == expected)
        #expect(denial.hint == nil)
    }

    @Test func staysShortHoweverManyTablesThereAre() throws {
        let policy = try F.policy(rules: #"{"effect": "allow", "tables": ["x.*"]}"#)
        let facts = F.facts(.read, reads: (100..<400).map { "public.t\($0)" })
        let denial = try #require(try F.decide(facts, policy).denial)
        #expect(denial.tables.count == 10)
        #expect(denial.message.hasSuffix("public.t109 and 290 more"))
    }

    @Test func namesAtMostAFewOfManyRules() throws {
        let policies = try (100..<300).map { try F.policy("p\($0)", rules: #"{"effect": "deny"}"#) }
        let decision = try F.applicable(policies).decide(F.facts(.read), at: F.now)
        #expect(decision.rules.count == Decision.reportedRules)
        #expect(decision.rules.first?.policy == "p100")
    }

    @Test func explainsEveryPolicyAndRule() throws {
        let policy = try F.policy(
            "a",
            rules: """
                {"effect": "allow", "actions": ["read", "write"]},
                {"effect": "require_approval", "actions": ["write"], "approval": {"reviewers": ["dba"], "required": 2}},
                {"effect": "mask", "tags": ["pii"], "with": {"kind": "hash"}}
                """)
        let late = try F.policy(
            "b", rules: #"{"effect": "deny"}"#, extra: #", "valid": {"not_after": "2020-01-01T00:00:00Z"}"#)
        let requested = try F.policy(
            "c", rules: #"{"effect": "deny"}"#,
            extra: #", "access": "on_request", "request": {"max_duration": "1h"}"#)
        let why = try F.applicable([policy, late, requested]).explain(F.facts(.write), at: F.now)
        #expect(
            why == [
                "policy b does not count: it is not valid now",
                "policy c does not count: it counts only with a grant",
                "policy a, rule 1 asks for the approval of 2 of dba", "policy a, rule 0 allows write",
                "policy a, rule 2 masks with hash",
            ])
    }
}
