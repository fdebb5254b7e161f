import APIModels
import Policy
import Testing

@Suite struct GrantTests {
    private typealias F = Fixtures
    private static let onRequest = #", "access": "on_request", "request": {"max_duration": "10m"}"#

    @Test func aPolicyOnRequestCountsOnlyDuringAGrant() throws {
        let policy = try F.policy(rules: #"{"effect": "allow"}"#, extra: Self.onRequest)
        let applicable = try F.applicable([policy], grants: [F.grant(for: .hours(1))])
        #expect(applicable.decide(F.facts(.read), at: F.now.advanced(by: .seconds(-1))).outcome == .deny)
        #expect(applicable.decide(F.facts(.read), at: F.now).outcome == .allow)
        #expect(applicable.decide(F.facts(.read), at: F.now.advanced(by: .seconds(3600))).outcome == .deny)
    }

    @Test func grantsOfOthersDoNotCount() throws {
        let policy = try F.policy(rules: #"{"effect": "allow"}"#, extra: Self.onRequest)
        let other = F.principal("other", id: 2)
        var elsewhere = F.shop
        elsewhere.id = ResourceID(rawValue: 2)
        for grant in [F.grant(principal: other), F.grant(resource: elsewhere)] {
            #expect(
                try F.applicable([policy], grants: [grant]).decide(F.facts(.read), at: F.now).outcome == .deny
            )
        }
    }

    @Test func aDenialNamesTheSmallestAccessRequestThatWouldHelp() throws {
        let standing = try F.policy("a", rules: #"{"effect": "allow", "actions": ["read"]}"#)
        let requested = try F.policy(
            "b", rules: #"{"effect": "allow", "actions": ["write"]}"#, extra: Self.onRequest)
        let denial = try #require(
            try F.decide(F.facts(.write, writes: ["public.o"]), standing, requested).denial)
        #expect(
            denial.accessRequest
                == AccessRequestCreate(
                    resource: "shop-prod", reason: "write on public.o", duration: .minutes(10)))
        #expect(denial.detail["access_request"]?["duration"] == "10m")
        #expect(denial.hint?.contains("/v1/access-requests") == true)
    }

    @Test func aDenialNamesNoAccessRequestThatWouldNotHelp() throws {
        let deny = try F.policy("a", rules: #"{"effect": "deny", "actions": ["write"]}"#)
        let requested = try F.policy("b", rules: #"{"effect": "allow"}"#, extra: Self.onRequest)
        #expect(try F.decide(F.facts(.write), deny, requested).denial?.accessRequest == nil)
        #expect(try F.decide(F.facts(.read), deny, requested).denial?.accessRequest != nil)
        let other = try F.policy(
            "c", rules: #"{"effect": "allow", "actions": ["ddl"]}"#, extra: Self.onRequest)
        #expect(try F.decide(F.facts(.read), other).denial?.accessRequest == nil)
    }

    @Test func accessOnRequestMayItselfNeedAnApprovalPerStatement() throws {
        let requested = try F.policy(
            rules: #"{"effect": "require_approval", "approval": {"reviewers": ["dba"]}}"#,
            extra: Self.onRequest)
        #expect(try F.decide(F.facts(.read), requested).denial?.accessRequest != nil)
    }
}
