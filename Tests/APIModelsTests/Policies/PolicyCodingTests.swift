import Testing

@testable import APIModels

@Suite struct PolicyCodingTests {
    static let example = #"""
        {"name": "ai-agents-prod", "enabled": true,
         "subjects": {"groups": ["ai-agents"], "principals": ["ci-deploy"], "kinds": ["ai_agent"]},
         "resources": {"names": ["shop-*"], "labels": {"env": "prod"}, "protocols": ["postgres"]},
         "access": "on_request",
         "request": {"max_duration": "2h", "approval": {"reviewers": ["dba"], "required": 1, "timeout": "30m"}},
         "valid": {"not_after": "2027-01-01T00:00:00Z",
                   "weekly": [{"days": ["mon", "tue"], "from": "09:00", "to": "18:00", "time_zone": "Europe/Paris"}]},
         "rules": [
           {"effect": "allow", "actions": ["read"]},
           {"effect": "deny", "actions": ["ddl", "admin"], "reason": "schema changes go through migrations"},
           {"effect": "deny", "conditions": ["missing_where"]},
           {"effect": "require_approval", "actions": ["write"], "tables": ["public.*"],
            "approval": {"reviewers": ["dba"], "required": 1, "timeout": "15m", "mode": "hold", "reuse": "once"}},
           {"effect": "require_approval", "touches": ["pii"],
            "approval": {"reviewers": ["privacy"], "required": 1, "timeout": "15m", "mode": "ticket",
                         "reuse": {"window": "30m"}}},
           {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
           {"effect": "mask", "columns": ["public.customers.card_number"], "with": {"kind": "partial", "keep_last": 4}},
           {"effect": "mask", "detectors": ["credit_card", "us_ssn", "api_key"], "with": {"kind": "redact"}},
           {"effect": "limit", "max_rows": 10000, "max_affected_rows": 500, "statement_timeout": "30s"}]}
        """#

    private func spec(_ text: String) throws(JSONDecodingFailure) -> PolicySpec {
        try JSON.decode(PolicySpec.self, from: Array(text.utf8))
    }

    private func errors(_ text: String) -> [String] {
        do {
            _ = try spec(text)
            return []
        } catch {
            return error.errors.map { "\($0.pointer) \($0.code.rawValue)" }.sorted()
        }
    }

    private func errors(rule: String) -> [String] {
        errors(#"{"name":"p","subjects":{},"resources":{},"rules":[\#(rule)]}"#)
    }

    @Test func readsTheWholeLanguageAndWritesItBack() throws {
        let policy = try spec(Self.example)
        #expect(policy.rules.count == 9)
        #expect(
            policy.rules[6].consequence
                == .mask(
                    MaskTarget(columns: ["public.customers.card_number"], tags: [], detectors: []),
                    with: .partial(keepFirst: 0, keepLast: 4)))
        #expect(try JSON.decode(PolicySpec.self, from: JSON.encode(policy)) == policy)
    }

    @Test func standsBesideIdAndRevisionInOneObject() throws {
        let policy = Policy(
            id: PolicyID(at: Timestamp(seconds: 1), random: 1), revision: 7, spec: try spec(Self.example),
            createdAt: Timestamp(seconds: 2), updatedAt: nil)
        #expect(JSON.tree(of: policy)["rules"] != nil)
        #expect(try JSON.decode(Policy.self, from: JSON.encode(policy)) == policy)
    }

    @Test func theDefaultsAreEnabledAndStanding() throws {
        let policy = try spec(#"{"name":"p","subjects":{"groups":["a"]},"resources":{},"rules":[]}"#)
        #expect(policy.enabled)
        #expect(policy.access == .standing)
    }

    @Test func refusesFieldsOfAnotherEffect() {
        #expect(errors(rule: #"{"effect":"allow","reason":"x"}"#) == ["/rules/0/reason unknown_field"])
        #expect(
            errors(rule: #"{"effect":"deny","approval":{"reviewers":["a"]}}"#) == [
                "/rules/0/approval unknown_field"
            ])
        #expect(
            errors(rule: #"{"effect":"mask","tags":["a"],"with":{"kind":"null","text":"x"}}"#)
                == ["/rules/0/with/text unknown_field"])
    }

    @Test(arguments: [
        (#"{"effect":"allow","actions":[]}"#, "/rules/0/actions out_of_range"),
        (#"{"effect":"allow","actions":["unknown"]}"#, "/rules/0/actions invalid_value"),
        (#"{"effect":"allow","actions":["select"]}"#, "/rules/0/actions/0 invalid_value"),
        (#"{"effect":"allow","tables":["orders"]}"#, "/rules/0/tables/0 invalid_value"),
        (#"{"effect":"allow","tables":[""]}"#, "/rules/0/tables/0 invalid_value"),
        (#"{"effect":"allow","conditions":["often"]}"#, "/rules/0/conditions/0 invalid_value"),
        (#"{"effect":"permit"}"#, "/rules/0/effect invalid_value"),
        (#"{"effect":"require_approval"}"#, "/rules/0/approval missing_field"),
        (
            #"{"effect":"require_approval","approval":{"reviewers":[]}}"#,
            "/rules/0/approval/reviewers out_of_range"
        ),
        (
            #"{"effect":"require_approval","approval":{"reviewers":["a"],"required":0}}"#,
            "/rules/0/approval/required out_of_range"
        ),
        (
            #"{"effect":"require_approval","approval":{"reviewers":["a"],"timeout":"soon"}}"#,
            "/rules/0/approval/timeout invalid_value"
        ),
        (
            #"{"effect":"require_approval","approval":{"reviewers":["a"],"reuse":"twice"}}"#,
            "/rules/0/approval/reuse invalid_value"
        ),
        (
            #"{"effect":"require_approval","approval":{"reviewers":["a"],"reuse":{"window":"5m","x":1}}}"#,
            "/rules/0/approval/reuse/x unknown_field"
        ),
        (#"{"effect":"mask","with":{"kind":"redact"}}"#, "/rules/0 missing_field"),
        (#"{"effect":"mask","tags":["a"],"with":{"kind":"blur"}}"#, "/rules/0/with/kind invalid_value"),
        (#"{"effect":"mask","tags":["a"],"with":{"kind":"partial"}}"#, "/rules/0/with out_of_range"),
        (#"{"effect":"mask","columns":["ssn"],"with":{"kind":"null"}}"#, "/rules/0/columns/0 invalid_value"),
        (
            #"{"effect":"mask","detectors":["US SSN"],"with":{"kind":"null"}}"#,
            "/rules/0/detectors/0 invalid_value"
        ),
        (#"{"effect":"limit"}"#, "/rules/0 missing_field"),
        (#"{"effect":"limit","max_rows":-1}"#, "/rules/0/max_rows out_of_range"),
        (#"{"effect":"limit","statement_timeout":"0s"}"#, "/rules/0/statement_timeout out_of_range"),
    ])
    func refusesARule(rule: String, error: String) {
        #expect(errors(rule: rule) == [error])
    }

    @Test func refusesWhatIsWrongWithThePolicyItself() {
        let text = #"""
            {"name": "Prod", "subjects": {"groups": [""], "kinds": ["robot"]}, "resources": {"names": []},
             "access": "on_request",
             "valid": {"not_before": "2027-01-01T00:00:00Z", "not_after": "2026-01-01T00:00:00Z",
                       "weekly": [{"days": [], "from": "09:00", "to": "09:00", "time_zone": ""},
                                  {"days": ["mon"], "from": "9:00", "to": "25:00", "time_zone": "UTC"}]},
             "rules": [], "comment": "x"}
            """#
        #expect(
            errors(text) == [
                "/comment unknown_field", "/name invalid_value", "/resources/names out_of_range",
                "/subjects/kinds/0 invalid_value", "/valid/weekly/0/days out_of_range",
                "/valid/weekly/0/time_zone invalid_value", "/valid/weekly/0/to invalid_value",
                "/valid/weekly/1/from invalid_value", "/valid/weekly/1/to invalid_value",
            ])
    }

    @Test func accessOnRequestAndRequestGoTogether() {
        let head = #"{"name":"p","subjects":{},"resources":{},"rules":[]"#
        #expect(errors(head + #","access":"on_request"}"#) == ["/request missing_field"])
        #expect(errors(head + #","request":{"max_duration":"1h"}}"#) == ["/request invalid_value"])
    }

    @Test func theStrictestMaskDoesNotDependOnTheOrder() {
        let strategies: [MaskStrategy] = [
            .null, .redact(text: nil), .redact(text: "a"), .redact(text: "b"), .tokenize, .hash,
            .partial(keepFirst: 0, keepLast: 4), .partial(keepFirst: 2, keepLast: 0),
        ]
        for left in strategies {
            for right in strategies { #expect(left.strictest(right) == right.strictest(left)) }
        }
        let order: [MaskStrategy] = [
            .null, .redact(text: "x"), .tokenize, .hash, .partial(keepFirst: 1, keepLast: 1),
        ]
        for (index, strategy) in order.enumerated() {
            for weaker in order[index...] { #expect(strategy.strictest(weaker) == strategy) }
        }
        #expect(
            MaskStrategy.partial(keepFirst: 4, keepLast: 0).strictest(.partial(keepFirst: 2, keepLast: 2))
                == .partial(keepFirst: 2, keepLast: 0))
    }
}
