import PostgresWire
import Testing

@testable import DataPlaneAgent

@Suite struct SessionProbeTests {
    private func decode(_ cells: [String?]) -> SessionProbe.Answer? {
        var bytes: [UInt8] = []
        DataRow.write(cells.map { $0.map { Array($0.utf8) } }, into: &bytes)
        return SessionProbe.decode(row: bytes.span.extracting(5..<bytes.count))
    }

    @Test func readsPathRoleAndTemporaryRelations() {
        let answer = decode(["\"$user\", public", "app", "r6f7264657273,v61", "on", "off"])
        #expect(answer?.searchPath == "\"$user\", public")
        #expect(answer?.role == "app")
        #expect(answer?.temporaryRelations == ["orders": "r", "a": "v"])
        #expect(decode(["public", "app", nil, "on", "off"])?.temporaryRelations == [:])
        #expect(decode(["public", "app", nil, "on", "on"])?.isReadOnlyByDefault == true)
    }

    @Test func refusesAnAnswerOfAnotherShape() {
        #expect(decode(["public", "app", nil]) == nil)
        #expect(decode(["public", nil, nil, "on", "off"]) == nil)
        #expect(decode(["public", "app", "r6f7", "on", "off"]) == nil)
        #expect(decode(["public", "app", nil, "off", "off"]) == nil)
    }

    @Test func asksInNamesThatNothingInTheSessionCanChange() {
        var bytes: [UInt8] = []
        SessionProbe.statement.write(closing: true, into: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("pg_catalog.current_setting('search_path')"))
        #expect(!text.contains(" = "))
    }
}
