import Testing

@testable import SQLInspection

/// Tests/Fixtures/corpus/mask.tsv: no output that carries a sensitive value is of a lineage that does not say so.
struct LineageCorpusTests {
    struct Line: CustomTestStringConvertible, Sendable {
        var id: String
        var sql: String
        var forbidden: [String]
        var shape: String
        var testDescription: String { "\(id) \(sql.prefix(60))" }
    }

    static let lines: [Line] = Fixtures.text("corpus/mask.tsv").split(separator: "\n").dropFirst().compactMap
    { row in
        let fields = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        // Statements of `multi` depend on the session between them.
        guard fields[2] != "multi", fields[2] != "activity" else { return nil }
        return Line(
            id: fields[0], sql: fields[4], forbidden: fields[5].split(separator: " ").map(String.init),
            shape: fields[6])
    }

    /// The columns whose values a set of sets.json holds, copies included.
    static let carriers: [(prefix: String, columns: Set<String>)] = [
        ("email", ["public.customers.email"]), ("phone", ["public.customers.phone"]),
        ("ssn", ["public.customers.ssn"]),
        ("api_key", ["public.customers.api_key", "public.settings.value"]),
        (
            "card",
            [
                "public.customers.card_number", "public.payments.card_number", "public.payments.pan_num",
                "public.payments.pan_int",
            ]
        ),
    ]
    static let containers: Set<String> = [
        "public.customers.profile", "public.customers.contact_methods", "public.customers.home_address",
        "public.customers.doc", "public.customers.notes", "audit.events.details", "audit.events.raw",
    ]

    @Test(arguments: lines)
    func seesWhatOutputsCarry(_ line: Line) throws {
        let inspection = try inspect(line.sql)
        let outputs = inspection.statements.flatMap(\.outputs).indices.map { inspection.lineage($0) }
        let sensitive = Set(Self.carriers.flatMap(\.columns))
        switch line.shape {
        case "same", "same-or-deny":
            guard CorpusTests.worst(inspection.actions) != "admin",
                inspection.statements.allSatisfy(\.outputsAreComplete)
            else {
                return
            }
            for name in line.forbidden {
                let set = name.drop { "=~@".contains($0) }
                let carried = Self.carriers.first { set.hasPrefix($0.prefix) }?.columns ?? sensitive
                let isSeen = outputs.contains {
                    !$0.isDisjoint(with: carried.union(Self.containers).union(["?"]))
                }
                #expect(
                    isSeen || inspection.actions.contains(.write) && outputs.isEmpty, "\(set) in \(outputs)")
            }
        case "identical":
            for output in outputs { #expect(output.isDisjoint(with: sensitive.union(["?"]))) }
        case "flag":
            let uses: [ColumnUse.Use] = [.predicate, .grouping, .ordering]
            let guessed = uses.reduce(into: Set<String>()) { $0.formUnion(inspection.columns($1)) }
            #expect(!guessed.isDisjoint(with: sensitive))
        default: break
        }
    }
}
