import APIModels
import Policy
import Testing

/// An `allow` for some tables or functions allows nothing of others in the same statement.
@Suite struct ObjectCoverageTests {
    private typealias F = Fixtures
    private static let reading = #"{"effect": "allow", "actions": ["read"], "tables": ["public.*"]}"#

    @Test func everyTableMustLieInsideARuleThatAllowsIt() throws {
        let policy = try F.policy(rules: Self.reading)
        #expect(try F.decide(F.facts(.read, reads: ["public.a", "public.b"]), policy).outcome == .allow)
        let decision = try F.decide(F.facts(.read, reads: ["public.a", "secret.b"]), policy)
        #expect(decision.outcome == .deny)
        #expect(decision.denial?.tables == ["secret.b"])
    }

    @Test func twoRulesMayAllowAJoinBetweenThem() throws {
        let policy = try F.policy(
            rules: Self.reading + #", {"effect": "allow", "actions": ["read"], "tables": ["secret.b"]}"#)
        let decision = try F.decide(F.facts(.read, reads: ["public.a", "secret.b"]), policy)
        #expect(decision.outcome == .allow)
        #expect(decision.rules.map(\.rule) == [0, 1])
    }

    @Test func readingOneTableAndWritingAnotherNeedsBoth() throws {
        let policy = try F.policy(
            rules: Self.reading + #", {"effect": "allow", "actions": ["write"], "tables": ["work.*"]}"#)
        let facts = F.facts([.read, .write], reads: ["public.a"], writes: ["work.b"])
        #expect(try F.decide(facts, policy).outcome == .allow)
        #expect(
            try F.decide(F.facts([.read, .write], reads: ["work.b"], writes: ["public.a"]), policy).outcome
                == .deny)
    }

    @Test func anInsertThatSelectsIsAllowedAsAWrite() throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow", "actions": ["write"], "tables": ["public.*"]}"#)
        #expect(
            try F.decide(F.facts(.write, reads: ["public.a"], writes: ["public.b"]), policy).outcome == .allow
        )
        #expect(
            try F.decide(F.facts(.write, reads: ["secret.a"], writes: ["public.b"]), policy).outcome == .deny)
    }

    @Test func anInsertThatSelectsDoesNotGetAroundADenyOfReading() throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow"}, {"effect": "deny", "actions": ["read"], "tables": ["secret.*"]}"#)
        #expect(
            try F.decide(F.facts(.write, reads: ["secret.a"], writes: ["public.b"]), policy).outcome == .deny)
        #expect(try F.decide(F.facts(.write, writes: ["secret.a"]), policy).outcome == .allow)
    }

    @Test func aRuleForTablesDoesNotAllowAStatementWithoutAny() throws {
        let policy = try F.policy(rules: Self.reading)
        #expect(try F.decide(F.facts(.read), policy).outcome == .deny)
    }

    @Test func everyFunctionMustLieInsideARuleThatAllowsIt() throws {
        let policy = try F.policy(rules: #"{"effect": "allow", "functions": ["public.safe_*"]}"#)
        #expect(try F.decide(F.facts(.read, functions: ["public.safe_a"]), policy).outcome == .allow)
        #expect(
            try F.decide(F.facts(.read, functions: ["public.safe_a", "public.other"]), policy).outcome
                == .deny)
    }

    @Test func httpAndAWSMatchersWork() throws {
        let policy = try F.policy(
            rules: """
                {"effect": "allow", "methods": ["GET"], "paths": ["/v1/*"]},
                {"effect": "allow", "aws_actions": ["s3:Get*"], "aws_resources": ["arn:aws:s3:::logs/*"]}
                """)
        var facts = F.facts(.read)
        facts.http = HTTPFacts(method: "GET", path: "/v1/things")
        #expect(try F.decide(facts, policy).outcome == .allow)
        facts.http = HTTPFacts(method: "POST", path: "/v1/things")
        #expect(try F.decide(facts, policy).outcome == .deny)
        facts.http = nil
        facts.aws = AWSFacts(actions: ["s3:GetObject"], resources: ["arn:aws:s3:::logs/a"])
        #expect(try F.decide(facts, policy).outcome == .allow)
        facts.aws = AWSFacts(
            actions: ["s3:GetObject"], resources: ["arn:aws:s3:::logs/a", "arn:aws:s3:::keys/a"])
        #expect(try F.decide(facts, policy).outcome == .deny)
    }
}
