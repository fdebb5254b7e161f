import Testing

@testable import SQLInspection

/// Names that differ only in Unicode normalisation: é as one character, and as two.
struct NameFormTests {
    private static let one = "\u{e9}"
    private static let two = "e\u{301}"

    private func tree(_ text: String) throws -> ParseTree {
        try ParseTree(decoding: LibpgQueryParser().parse(Array(text.utf8), as: .sql))
    }

    @Test(arguments: [
        #"SELECT 1 AS "\#(one)", 2 AS "\#(two)""#, #"WITH "\#(two)" AS (SELECT 1) SELECT * FROM "\#(one)""#,
        #"SELECT "\#(one)".a FROM t AS "\#(two)""#,
    ])
    func refusesBothFormsInOneText(text: String) throws {
        #expect(throws: InspectionFailure.namesAlike) { try tree(text) }
    }

    @Test(arguments: [
        #"SELECT 1 AS "\#(two)", "\#(two)" FROM t"#, "SELECT '\(one)' = '\(two)'",
        #"SELECT "\#(one)" FROM t WHERE a = '\#(two)'"#,
    ])
    func takesOneFormAndAnyLiterals(text: String) throws {
        _ = try tree(text)
    }

    @Test func keysTellThemApart() {
        #expect(Self.one == Self.two)
        #expect(ExactName(Self.one) != ExactName(Self.two))
        #expect(Set([ExactName(Self.one), ExactName(Self.two), ExactName("e\u{301}")]).count == 2)
    }
}
