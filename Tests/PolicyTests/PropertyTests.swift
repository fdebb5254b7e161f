import APIModels
import Policy
import Testing

/// A seeded generator, so that a failure can be had again.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

@Suite struct PropertyTests {
    private static let groups = ["ai-agents", "dba", "ci"]
    private static let tables = ["public.a", "public.b", "secret.a", "work.x"]
    private static let tableGlobs: [Glob] = ["public.*", "*", "secret.a", "*.a", "work.*", "public.b"]
    private static let functions = ["public.f", "public.g"]
    private static let tags = ["pii", "pci"]

    private struct Maker {
        var random: SplitMix64

        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

        mutating func some<Element>(_ elements: [Element], _ percent: Int = 40) -> [Element] {
            elements.filter { _ in chance(percent) }
        }

        mutating func maybe<Element>(_ elements: [Element], _ percent: Int) -> [Element]? {
            guard chance(percent) else { return nil }
            let chosen = some(elements)
            return chosen.isEmpty ? [elements[0]] : chosen
        }

        mutating func matcher() -> RuleMatcher {
            RuleMatcher(
                actions: maybe([Action.read, .write, .ddl, .admin], 60).map { ActionSet($0) },
                tables: maybe(PropertyTests.tableGlobs, 30), touches: maybe(PropertyTests.tags, 15),
                functions: maybe(["public.f", "public.g", "public.*"], 15),
                conditions: maybe(Condition.allCases, 10))
        }

        mutating func rule() -> Rule {
            let consequence: Rule.Consequence =
                switch Int.random(in: 0..<12, using: &random) {
                case 0...5: .allow
                case 6: .deny(reason: nil)
                case 7, 8:
                    .requireApproval(
                        ApprovalTerms(
                            reviewers: some(PropertyTests.groups) + ["z"], required: chance(50) ? 1 : 2,
                            timeout: .minutes(15), mode: .hold, reuse: .once))
                case 9: .limit(StatementLimits(maxRows: Int64.random(in: 0..<5, using: &random)))
                default:
                    .mask(
                        MaskTarget(
                            columns: some(["public.a.x", "public.*"]), tags: some(PropertyTests.tags),
                            detectors: []),
                        with: [
                            .null, .redact(text: nil), .hash, .tokenize, .partial(keepFirst: 1, keepLast: 2),
                        ]
                        .randomElement(using: &random) ?? .null)
                }
            return Rule(consequence, when: matcher())
        }

        mutating func policy(_ number: Int) -> Policy {
            let access: PolicyAccess = chance(20) ? .onRequest : .standing
            let validity =
                chance(20)
                ? PolicyValidity(
                    notBefore: chance(50) ? Fixtures.now.advanced(by: .seconds(chance(50) ? 1 : -1)) : nil,
                    notAfter: chance(50) ? Fixtures.now.advanced(by: .seconds(chance(50) ? 1 : 0)) : nil)
                : nil
            let spec = PolicySpec(
                name: Name("p\(number)") ?? "p", enabled: chance(90),
                subjects: PolicySubjects(
                    groups: some(PropertyTests.groups, 60), principals: some(["cursor"]),
                    kinds: some([.human])),
                resources: PolicyResources(
                    names: maybe(["shop-*", "other"], 40),
                    labels: chance(20) ? ["env": chance(70) ? "pr*" : "dev"] : nil,
                    protocols: maybe([.postgres, .mysql], 20)),
                access: access,
                request: access == .onRequest ? PolicyRequestTerms(maxDuration: .hours(1)) : nil,
                valid: validity, rules: (0..<Int.random(in: 0..<5, using: &random)).map { _ in rule() })
            return Policy(id: PolicyID(rawValue: UInt128(number)), revision: 1, spec: spec)
        }

        mutating func facts() -> StatementFacts {
            let any: [Action] = chance(10) ? Action.allCases : [.read, .write, .ddl, .admin]
            return StatementFacts(
                actions: ActionSet(some(any, 35)), conditions: Set(some(Condition.allCases, 10)),
                tables: some(PropertyTests.tables).map {
                    TableFact($0, ActionSet(some([.read, .write, .ddl], 30)))
                },
                columns: some(PropertyTests.tags, 20).map { tag in
                    ColumnFact(
                        "public.a.\(tag)", tags: [tag],
                        use: ColumnUse.allCases.randomElement(using: &random) ?? .output)
                },
                hasUnprovenColumns: chance(5), functions: some(PropertyTests.functions, 15))
        }
    }

    @Test(arguments: 0..<40)
    func agreesWithTheReference(seed: UInt64) throws {
        var maker = Maker(random: SplitMix64(state: seed))
        for _ in 0..<50 {
            let policies = (0..<Int.random(in: 0..<12, using: &maker.random)).map { maker.policy($0) }
            let grants = maker.chance(40) ? [Fixtures.grant()] : []
            let principal = Fixtures.principal("cursor", kind: .aiAgent, groups: maker.some(Self.groups, 60))
            let reference = ReferenceEvaluator(
                policies: policies, principal: principal, resource: Fixtures.shop, grants: grants)
            let applicable = try Fixtures.applicable(
                policies.shuffled(using: &maker.random), for: principal, grants: grants)
            for _ in 0..<10 {
                let facts = maker.facts()
                let decision = applicable.decide(facts, at: Fixtures.now)
                let answer = ReferenceEvaluator.Answer(
                    outcome: decision.outcome, approvals: Set(decision.approvals.map(\.terms)),
                    limits: decision.limits)
                #expect(answer == reference.decide(facts, at: Fixtures.now), "\(facts)")
                #expect((decision.denial != nil) == (decision.outcome == .deny))
                guard decision.outcome != .deny else { continue }
                #expect(!decision.rules.isEmpty)
                for (column, tags) in [
                    ("public.a.x", ["pii"]), ("public.b.y", []), ("secret.a.z", ["pci", "pii"]),
                ] {
                    let expected = reference.mask(column, tags: tags, facts, at: Fixtures.now)
                    #expect(decision.masks.mask(column: column, tags: tags)?.strategy == expected)
                }
            }
        }
    }
}
