import Testing

@testable import SQLInspection

/// Tests/Fixtures/corpus/classify.tsv: statements written to get around a gateway.
struct CorpusTests {
    struct Line: CustomTestStringConvertible, Sendable {
        var id: String
        var sql: String
        var accepted: Set<String>
        var whereClause: String
        var tables: Set<String>
        var via: Set<String>
        var testDescription: String { "\(id) \(sql.prefix(60))" }
    }

    static let lines: [Line] = Fixtures.text("corpus/classify.tsv").split(separator: "\n").dropFirst().map {
        row in
        let fields = row.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        func set(_ text: String) -> Set<String> {
            text == "-" ? [] : Set(text.split(separator: ",").map(String.init))
        }
        return Line(
            id: fields[0], sql: unescaped(fields[1]), accepted: set(fields[5]).union([fields[2]]),
            whereClause: fields[3],
            tables: set(fields[4]), via: set(fields[6]))
    }

    @Test(arguments: lines)
    func classifies(_ line: Line) throws {
        let inspection: Inspection
        do {
            inspection = try inspect(line.sql)
        } catch {
            #expect(line.accepted.contains("unparsable"), "\(error)")
            return
        }
        let worst = Self.worst(inspection.actions)
        #expect(line.accepted.contains(worst), "\(worst): \(inspection.why)")
        #expect(Self.worstWhere(inspection) == line.whereClause)
        let tables = Set(inspection.tables.map { $0.schema.isEmpty ? $0.name : $0.qualifiedName })
        if line.tables.contains("*") {
            #expect(inspection.reachesAnything || !inspection.reached.isEmpty || worst != "read")
        } else {
            #expect(tables == line.tables)
        }
        let reached = Set(inspection.reached.map(\.qualifiedName))
        if line.via.contains("*") {
            #expect(inspection.reachesAnything)
        } else {
            let isSystem = { (name: String) in
                name.hasPrefix("pg_catalog.") || name.hasPrefix("information_schema.")
            }
            #expect(
                line.via.isSubset(of: reached)
                    || line.accepted.contains("admin") && inspection.reachesAnything)
            #expect(reached.filter { !isSystem($0) }.subtracting(line.via).isEmpty)
        }
    }

    static func worst(_ actions: ActionSet) -> String {
        if !actions.isDisjoint(with: [.admin, .unknown]) { return "admin" }
        if actions.contains(.ddl) { return "ddl" }
        return actions.contains(.write) ? "write" : "read"
    }

    static func worstWhere(_ inspection: Inspection) -> String {
        let all = inspection.statements.map(\.whereClause)
        if all.contains(.missing) { return "missing" }
        if all.contains(.tautology) { return "tautology" }
        return all.contains(.present) ? "present" : "na"
    }

    static func unescaped(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "\\", let next = rest.first else {
                result.append(character)
                continue
            }
            let simple: [Character: Character] = ["n": "\n", "r": "\r", "t": "\t", "f": "\u{c}", "\\": "\\"]
            if let plain = simple[next] {
                result.append(plain)
                rest.removeFirst()
            } else if next == "u", let code = UInt32(rest.dropFirst().prefix(4), radix: 16),
                let scalar = Unicode.Scalar(code)
            {
                result.unicodeScalars.append(scalar)
                rest.removeFirst(5)
            } else {
                result.append(character)
            }
        }
        return result
    }
}
