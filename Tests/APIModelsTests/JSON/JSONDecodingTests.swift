import Testing

@testable import APIModels

@Suite struct JSONDecodingTests {
    private struct Inner: Codable, Hashable {
        var count: Int
        var when: Timestamp?
    }
    private enum Colour: String, Codable, Hashable, CaseIterable { case red, green }
    private struct Outer: Codable, Hashable {
        var displayName: String
        var inner: Inner
        var list: [Inner]
        var labels: [String: String]
        var colour: Colour
        var wait: DurationText
        var note: String?
    }

    private static let valid =
        #"{"display_name":"n","inner":{"count":1,"when":"2027-01-01T00:00:00Z"},"list":[{"count":2}],"#
        + #""labels":{"caseKept":"x"},"colour":"red","wait":"1h30m"}"#

    private func failures(_ text: String) -> [String] {
        do {
            _ = try JSON.decode(Outer.self, from: Array(text.utf8))
            return []
        } catch {
            return error.errors.map { "\($0.pointer) \($0.code.rawValue)" }.sorted()
        }
    }

    @Test func roundTrips() throws {
        let value = try JSON.decode(Outer.self, from: Array(Self.valid.utf8))
        #expect(value.labels == ["caseKept": "x"])
        #expect(value.wait == .minutes(90))
        #expect(JSON.encodeText(value) == Self.valid)
    }

    @Test func reportsUnknownFieldsAtEveryLevel() {
        let text = Self.valid.replacing("{\"count\":2}", with: "{\"count\":2,\"a/b~\":0}").replacing(
            "{\"display", with: "{\"displayName\":1,\"display")
        #expect(failures(text) == ["/displayName unknown_field", "/list/0/a~1b~0 unknown_field"])
    }

    @Test func reportsEveryErrorAtOnce() {
        let text =
            #"{"display_name":7,"inner":{"count":"x","when":"yesterday"},"list":[{},{"count":1.5}],"#
            + #""labels":{"a":1},"colour":"blue","note":[],"extra":1}"#
        #expect(
            failures(text) == [
                "/colour invalid_value", "/display_name wrong_type", "/extra unknown_field",
                "/inner/count wrong_type",
                "/inner/when invalid_value", "/labels/a wrong_type", "/list/0/count missing_field",
                "/list/1/count wrong_type", "/note wrong_type", "/wait missing_field",
            ])
    }

    @Test func takesIntegersInEveryNotation() throws {
        for text in ["498", "498.0", "4.98e2"] {
            let inner = try JSON.decode(Inner.self, from: Array("{\"count\":\(text)}".utf8))
            #expect(inner.count == 498)
        }
        #expect(
            failures(Self.valid.replacing("{\"count\":2}", with: "{\"count\":1e300}")) == [
                "/list/0/count out_of_range"
            ])
    }

    @Test func namesTheChoicesOfAnEnum() throws {
        let failure = #expect(throws: JSONDecodingFailure.self) {
            try JSON.decode(Colour.self, from: Array("\"blue\"".utf8))
        }
        #expect(failure?.errors.first?.detail == "must be one of red, green")
    }

    @Test func ignoresUnknownFieldsOnlyWhenTold() throws {
        let bytes = Array(#"{"count":1,"later":true}"#.utf8)
        #expect(throws: JSONDecodingFailure.self) { try JSON.decode(Inner.self, from: bytes) }
        #expect(
            try JSON.decode(Inner.self, from: bytes, unknownFields: .ignored) == Inner(count: 1, when: nil))
    }

    @Test func reportsNoMoreErrorsThanTheLimit() {
        let text = "[" + Array(repeating: "\"x\"", count: 1000).joined(separator: ",") + "]"
        let failure = #expect(throws: JSONDecodingFailure.self) {
            try JSON.decode([Int].self, from: Array(text.utf8))
        }
        #expect(failure?.errors.count == JSONLimits.requestBody.reportedErrors)
    }

    @Test func neverReturnsAPlaceholder() {
        for text in ["{}", "null", "[]", "\"\"", "{\"display_name\":null}"] {
            #expect(!failures(text).isEmpty)
        }
    }

    @Test(arguments: [
        ("caPEM", "ca_pem"), ("maxAffectedRows", "max_affected_rows"), ("agentID", "agent_id"),
        ("approvalIds", "approval_ids"),
        ("controlPlaneURL", "control_plane_url"), ("id", "id"), ("durationUs", "duration_us"),
    ])
    func spellsPropertiesInSnakeCase(property: String, name: String) {
        #expect(property.snakeCased == name)
    }
}
