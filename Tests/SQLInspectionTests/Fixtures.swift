import Foundation

@testable import SQLInspection

/// The corpus' database as the checked-in rows of the catalog queries describe it (Tests/Fixtures/inspection).
enum Fixtures {
    static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func text(_ path: String) -> String {
        guard let data = try? Data(contentsOf: directory.appendingPathComponent(path)) else {
            fatalError("fixture \(path) is missing")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Made anew for tests that look at what the snapshot remembers; else use `shop`.
    static func makeShop() -> CatalogSnapshot {
        let queries = Dictionary(uniqueKeysWithValues: CatalogQuery.allCases.map { ("\($0)", $0) })
        var builder = CatalogSnapshot.Builder()
        for line in text("inspection/catalog-shop.jsonl").split(separator: "\n") {
            guard let row = JSONValue(Array(line.utf8))?.elements, let name = row.first?.text,
                let query = queries[name]
            else {
                fatalError("catalog-shop.jsonl: \(line)")
            }
            builder.add(query, row: row.dropFirst().map(\.text))
        }
        return builder.build()
    }

    static let shop = makeShop()
}

func inspect(
    _ text: String, parameterTypes: [UInt32] = [],
    settings: InspectionSettings = InspectionSettings(role: "agent_rw"),
    catalog: CatalogSnapshot = Fixtures.shop
) throws(InspectionFailure) -> Inspection {
    let bytes = Array(text.utf8)
    try PreScan.check(bytes)
    let parser = LibpgQueryParser()
    return try inspect(
        parseTree: ParseTree(decoding: try parser.parse(bytes, as: .sql)), text: bytes,
        parameterTypes: parameterTypes,
        catalog: catalog, settings: settings, parser: parser)
}

extension Inspection {
    /// The columns that outputs of the one statement may depend on, as `schema.table.column`; `?` for unknown.
    func lineage(_ output: Int = 0, catalog: CatalogSnapshot = Fixtures.shop) -> Set<String> {
        guard let statement = statements.last, statement.outputsAreComplete, output < statement.outputs.count
        else {
            return ["?"]
        }
        switch statement.outputs[output].lineage {
        case .none: return []
        case .unknown: return ["?"]
        case .columns(let columns): return Set(columns.map { catalog.name(of: $0) ?? "?" })
        }
    }

    /// The columns of a use, as `schema.table.column`.
    func columns(_ use: ColumnUse.Use) -> Set<String> {
        Set(columns.filter { $0.use == use }.map { Fixtures.shop.name(of: $0.column) ?? "?" })
    }
}
