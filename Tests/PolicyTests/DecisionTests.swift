import APIModels
import Policy
import Testing

/// One test for each sentence of "From rules to a decision".
@Suite struct DecisionTests {
    private typealias F = Fixtures
    private let approval = #""approval": {"reviewers": ["dba"]}"#

    // 1. The policies that count.

    @Test func withoutAnyPolicyItIsDenied() throws {
        let decision = try F.decide(F.facts(.read))
        #expect(decision.outcome == .deny)
        #expect(decision.denial?.reason == .noPolicy)
        #expect(decision.rules.isEmpty)
    }

    @Test func aDisabledPolicyDoesNotCount() throws {
        let policy = try F.policy(rules: #"{"effect": "allow"}"#, extra: #", "enabled": false"#)
        #expect(try F.decide(F.facts(.read), policy).denial?.reason == .noPolicy)
    }

    @Test(arguments: [
        (#"{"groups": ["ai-agents"]}"#, true), (#"{"principals": ["cursor"]}"#, true),
        (#"{"kinds": ["ai_agent"]}"#, true),
        (#"{"groups": ["x"], "principals": ["y"], "kinds": ["ai_agent"]}"#, true),
        (#"{}"#, false), (#"{"groups": ["cursor"]}"#, false), (#"{"principals": ["ai-agents"]}"#, false),
        (#"{"kinds": ["human", "workload"]}"#, false), (#"{"groups": ["ai-*"]}"#, false),
    ])
    func anySubjectMatchesAndAnEmptyOneMatchesNobody(subjects: String, matches: Bool) throws {
        let policy = try F.policy(
            #"{"name": "p", "subjects": \#(subjects), "resources": {}, "rules": [{"effect": "allow"}]}"#)
        #expect(try F.decide(F.facts(.read), policy).outcome == (matches ? .allow : .deny))
    }

    @Test(arguments: [
        (#"{}"#, true),
        (#"{"names": ["shop-*"], "labels": {"env": "prod"}, "protocols": ["postgres"]}"#, true),
        (#"{"names": ["x", "*-prod"]}"#, true), (#"{"labels": {"env": "pr*"}}"#, true),
        (#"{"names": ["shop-*"], "labels": {"env": "dev"}}"#, false), (#"{"labels": {"team": "*"}}"#, false),
        (#"{"names": ["shop"]}"#, false), (#"{"protocols": ["mysql", "http"]}"#, false),
        (#"{"names": ["shop-prod"], "protocols": ["aws"]}"#, false),
    ])
    func allGivenResourceFieldsMustMatch(resources: String, matches: Bool) throws {
        let policy = try F.policy(
            #"{"name": "p", "subjects": {"kinds": ["ai_agent"]}, "resources": \#(resources), "rules": [{"effect": "allow"}]}"#
        )
        #expect(try F.decide(F.facts(.read), policy).outcome == (matches ? .allow : .deny))
    }

    // 2. The rules that match.

    @Test func aRuleWithoutMatcherMatchesEveryStatement() throws {
        let policy = try F.policy(rules: #"{"effect": "allow"}"#)
        for actions: ActionSet in [.read, .write, .ddl, .admin, .unknown, [.read, .write, .ddl, .admin]] {
            #expect(try F.decide(F.facts(actions, writes: ["public.a"]), policy).outcome == .allow)
        }
    }

    @Test func matchersGivenTogetherMustAllMatch() throws {
        let deny = """
            {"effect": "allow"},
            {"effect": "deny", "actions": ["write"], "tables": ["public.*"], "conditions": ["missing_where"],
             "functions": ["public.f"], "touches": ["pii"]}
            """
        let policy = try F.policy(rules: deny)
        let pii = ColumnFact("public.a.b", tags: ["pii"], use: .assignment)
        let all = F.facts(
            .write, conditions: [.missingWhere], writes: ["public.a"], columns: [pii], functions: ["public.f"]
        )
        #expect(try F.decide(all, policy).outcome == .deny)
        var facts = all
        facts.conditions = []
        #expect(try F.decide(facts, policy).outcome == .allow)
        facts = all
        facts.functions = ["public.g"]
        #expect(try F.decide(facts, policy).outcome == .allow)
        facts = all
        facts.columns = []
        #expect(try F.decide(facts, policy).outcome == .allow)
        facts = all
        facts.tables = [TableFact("other.a", .write)]
        #expect(try F.decide(facts, policy).outcome == .allow)
        facts = all
        facts.actions = .ddl
        facts.tables = [TableFact("public.a", .ddl)]
        #expect(try F.decide(facts, policy).outcome == .allow)
    }

    @Test func severalActionsMatchARuleForAnyOneOfThem() throws {
        let policy = try F.policy(rules: #"{"effect": "allow"}, {"effect": "deny", "actions": ["write"]}"#)
        #expect(try F.decide(F.facts([.read, .write]), policy).outcome == .deny)
    }

    @Test func severalActionsAreAllowedOnlyTogether() throws {
        let reads = try F.policy("a", rules: #"{"effect": "allow", "actions": ["read"]}"#)
        let writes = try F.policy("b", rules: #"{"effect": "allow", "actions": ["write"]}"#)
        let facts = F.facts([.read, .write])
        let decision = try F.decide(facts, reads)
        #expect(decision.outcome == .deny)
        #expect(decision.denial?.actions == .write)
        #expect(try F.decide(facts, reads, writes).outcome == .allow)
    }

    // 3. Deny, then coverage, then approvals.

    @Test func anyDenyRuleDenies() throws {
        let allow = try F.policy("a", rules: #"{"effect": "allow"}"#)
        let hold = try F.policy("b", rules: #"{"effect": "require_approval", \#(approval)}"#)
        let deny = try F.policy(
            "z", rules: #"{"effect": "allow"}, {"effect": "deny", "actions": ["ddl"], "reason": "no"}"#)
        let decision = try F.decide(F.facts(.ddl), allow, hold, deny)
        #expect(decision.outcome == .deny)
        #expect(decision.rules == [RuleReference(policy: "z", rule: 1, effect: .deny)])
        #expect(try F.decide(F.facts(.write), allow, deny).outcome == .allow)
    }

    @Test func whatNoRuleCoversIsDenied() throws {
        let policy = try F.policy(rules: #"{"effect": "allow", "actions": ["read"]}"#)
        let decision = try F.decide(F.facts(.write, writes: ["public.orders"]), policy)
        #expect(decision.denial?.reason == .notAllowed)
        #expect(decision.denial?.message == "not allowed by any rule: write on public.orders")
    }

    @Test func anApprovalRuleHoldsAndCovers() throws {
        let policy = try F.policy(
            rules: #"{"effect": "require_approval", "actions": ["write"], \#(approval)}"#)
        let decision = try F.decide(F.facts(.write), policy)
        #expect(decision.outcome == .hold)
        #expect(decision.rules == [RuleReference(policy: "p", rule: 0, effect: .requireApproval)])
        #expect(try F.decide(F.facts(.read), policy).outcome == .deny)
    }

    @Test func anApprovalRuleHoldsWhatAnotherAllows() throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow"}, {"effect": "require_approval", "touches": ["pii"], \#(approval)}"#)
        let pii = ColumnFact("public.c.ssn", tags: ["pii"], use: .output)
        #expect(try F.decide(F.facts(.read, columns: [pii]), policy).outcome == .hold)
        #expect(try F.decide(F.facts(.read), policy).outcome == .allow)
    }

    @Test func eachDistinctApprovalIsNeededOnce() throws {
        let terms = #""approval": {"reviewers": ["dba", "sre"], "timeout": "15m"}"#
        let same = #""approval": {"reviewers": ["sre", "dba"], "timeout": "900s"}"#
        let other = #""approval": {"reviewers": ["privacy"], "mode": "ticket", "reuse": {"window": "30m"}}"#
        let first = try F.policy("a", rules: #"{"effect": "require_approval", \#(terms)}"#)
        let second = try F.policy(
            "b",
            rules: #"{"effect": "require_approval", \#(same)}, {"effect": "require_approval", \#(other)}"#)
        let decision = try F.decide(F.facts(.write), second, first)
        #expect(decision.approvals.map { "\($0.policy) \($0.rule)" } == ["a 0", "b 1"])
        #expect(decision.approvals.last?.mode == .ticket)
        #expect(decision.rules.count == 3)
    }

    @Test func otherwiseItIsAllowedByTheRulesThatCoverIt() throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow", "actions": ["write"]}, {"effect": "allow", "actions": ["read"]}"#)
        #expect(
            try F.decide(F.facts(.read), policy).rules == [
                RuleReference(policy: "p", rule: 1, effect: .allow)
            ])
    }

    // 5. What is not known.

    @Test func unknownCountsAsAdmin() throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow", "actions": ["read", "write", "ddl"]}"#)
        for actions: ActionSet in [.unknown, [.read, .unknown], []] {
            #expect(try F.decide(F.facts(actions), policy).denial?.actions == .admin)
        }
        let admin = try F.policy("q", rules: #"{"effect": "allow", "actions": ["admin"]}"#)
        #expect(try F.decide(F.facts(.unknown), admin).outcome == .allow)
        let deny = try F.policy("r", rules: #"{"effect": "allow"}, {"effect": "deny", "actions": ["admin"]}"#)
        #expect(try F.decide(F.facts([.read, .unknown]), deny).outcome == .deny)
    }

    @Test func unprovenColumnsTouchEveryTag() throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow"}, {"effect": "deny", "touches": ["pii"]}"#)
        var facts = F.facts(.read)
        facts.hasUnprovenColumns = true
        #expect(try F.decide(facts, policy).outcome == .deny)
    }

    @Test func thePolicyVersionsChangeWithTheirPoliciesOnly() throws {
        let policy = try F.policy(rules: #"{"effect": "allow"}"#)
        let elsewhere = try F.policy(
            #"{"name": "q", "subjects": {"groups": ["ai-agents"]}, "resources": {"names": ["other"]}, "rules": []}"#
        )
        var later = policy
        later.revision = 2
        let versions = try F.applicable([policy]).policyVersions
        #expect(try F.applicable([elsewhere, policy]).policyVersions == versions)
        #expect(try F.applicable([later]).policyVersions != versions)
    }

    @Test func theOrderOfPoliciesAndRulesDoesNotMatter() throws {
        let rules = [
            #"{"effect": "allow", "actions": ["read", "write"]}"#,
            #"{"effect": "require_approval", "actions": ["write"], \#(approval)}"#,
            #"{"effect": "mask", "tags": ["pii"], "with": {"kind": "hash"}}"#,
            #"{"effect": "mask", "tags": ["pii"], "with": {"kind": "null"}}"#,
            #"{"effect": "limit", "max_rows": 5}"#,
            #"{"effect": "limit", "max_rows": 9, "max_affected_rows": 1}"#,
        ]
        let one = try F.decide(F.facts(.write), F.policy(rules: rules.joined(separator: ",")))
        let reversed = try F.decide(F.facts(.write), F.policy(rules: rules.reversed().joined(separator: ",")))
        #expect(one.outcome == reversed.outcome)
        #expect(one.limits == reversed.limits)
        #expect(one.masks.mask(column: "a.b.c", tags: ["pii"])?.strategy == .null)
        #expect(reversed.masks.mask(column: "a.b.c", tags: ["pii"])?.strategy == .null)
    }
}
