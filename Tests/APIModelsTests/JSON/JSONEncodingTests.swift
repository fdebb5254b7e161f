import Testing

@testable import APIModels

@Suite struct JSONEncodingTests {
    private struct Inner: Encodable {
        var maxRows: Int?
        var parts: [[Int]] = []
    }

    /// A shape whose fields stand beside those of another, before and after them.
    private struct Outer: Encodable {
        var inner: Inner
        enum CodingKeys: String, CodingKey { case firstField, lastField }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(true, forKey: .firstField)
            try inner.encode(to: encoder)
            try fields.encode([inner], forKey: .lastField)
        }
    }

    @Test(arguments: [
        (
            JSON.encodeText(Outer(inner: Inner(maxRows: 7, parts: [[], [1, 2]]))),
            #"{"first_field":true,"max_rows":7,"parts":[[],[1,2]],"last_field":[{"max_rows":7,"parts":[[],[1,2]]}]}"#
        ),
        (JSON.encodeText(Inner()), #"{"parts":[]}"#),
        (JSON.encodeText([String: Int]()), "{}"),
        (JSON.encodeText([["a", nil], []] as [[String?]]), #"[["a",null],[]]"#),
        (JSON.encodeText(String?.none), "null"),
        (
            JSON.encodeText(["caseKept": ["camelCase": Inner(maxRows: 1)]]),
            #"{"caseKept":{"camelCase":{"max_rows":1,"parts":[]}}}"#
        ),
        (JSON.encodeText([Double.nan, 1.5, -0.0]), "[null,1.5,-0.0]"),
        (JSON.encodeText([UInt64.max, 0]), "[1.8446744073709552e+19,0]"),
        (
            JSON.encodeText("é\"\\\n\r\t\u{1}\u{1f}\u{7f}\u{80}"),
            #""é\"\\\n\r\t\u0001\u001f\u007f"# + "\u{80}\""
        ),
    ])
    func writes(_ text: String, _ expected: String) {
        #expect(text == expected)
    }

    @Test func makesTheTreeOfWhatItWrites() {
        #expect(JSON.tree(of: Inner(maxRows: 7, parts: [[1]])) == ["max_rows": 7, "parts": [[1]]])
        #expect(JSON.tree(of: ["a": "x\n"]) == ["a": "x\n"])
    }

    /// As `Me` is, without a hand in its text.
    private struct CodableMe: Encodable {
        var id: PrincipalID
        var principal: String
        var kind: PrincipalKind
        var groups: [String]
        var roles: [Role]
    }

    @Test(arguments: [[], [Role.admin], [Role.admin, .auditor]])
    func writesByHandWhatCodableGives(roles: [Role]) {
        let id = PrincipalID(rawValue: 7)
        let groups = roles.map { "\"\($0)\"\n" }
        let me = Me(id: id, principal: "a \\ b", kind: .aiAgent, groups: groups, roles: roles)
        let other = CodableMe(id: id, principal: "a \\ b", kind: .aiAgent, groups: groups, roles: roles)
        #expect(JSON.encode(me) == JSON.encode(other))
    }
}
