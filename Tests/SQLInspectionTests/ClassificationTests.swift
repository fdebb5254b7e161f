import Testing

@testable import SQLInspection

/// Tests/Fixtures/inspection/classified.tsv: more of the corpus' kinds, and what applications send; checked against a server.
struct ClassificationTests {
    struct Line: CustomTestStringConvertible, Sendable {
        var action: String
        var whereClause: String
        var tables: Set<String>
        var reached: Set<String>
        var sql: String
        var testDescription: String { sql }
    }

    static let lines: [Line] = Fixtures.text("inspection/classified.tsv").split(separator: "\n")
        .filter { !$0.hasPrefix("#") }.map { row in
            let fields = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            func set(_ text: String) -> Set<String> {
                text == "-" ? [] : Set(text.split(separator: ",").map(String.init))
            }
            return Line(
                action: fields[0], whereClause: fields[1], tables: set(fields[2]), reached: set(fields[3]),
                sql: fields[4])
        }

    @Test(arguments: lines)
    func classifies(_ line: Line) throws {
        let inspection = try inspect(line.sql)
        #expect(CorpusTests.worst(inspection.actions) == line.action, "\(inspection.why)")
        #expect(CorpusTests.worstWhere(inspection) == line.whereClause)
        #expect(
            Set(inspection.tables.map { $0.schema.isEmpty ? $0.name : $0.qualifiedName }) == line.tables)
        if line.reached == ["*"] {
            #expect(inspection.reachesAnything)
        } else {
            #expect(!inspection.reachesAnything)
            #expect(
                Set(inspection.reached.map { $0.schema.isEmpty ? $0.name : $0.qualifiedName })
                    == Set(line.reached.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }))
        }
    }
}
