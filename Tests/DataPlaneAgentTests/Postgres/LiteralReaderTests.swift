import Testing

@testable import DataPlaneAgent

/// The values of a text's literals, however they are written.
struct LiteralReaderTests {
    private func literals(_ text: String) -> [String] {
        var reader = LiteralReader(Array(text.utf8))
        var found: [String] = []
        while let literal = reader.next() { found.append(String(decoding: literal, as: UTF8.self)) }
        return found
    }

    @Test(arguments: [
        ("SELECT 'it''s', 12.5, 7", ["it's", "12.5", "7"]),
        (#"SELECT E'a\'b\\c\n\x41\101\u00e9'"#, ["a'b\\c\nAAé"]),
        ("SELECT $$it's$$, $tag$a $$ b$tag$", ["it's", "a $$ b"]),
        (#"SELECT "no'pe", a1 FROM t -- 'not this'"#, []),
        ("SELECT /* 'no' /* nested */ 'no' */ 'yes'", ["yes"]),
        ("SELECT $1, 'x'", ["1", "x"]),
        ("UPDATE t SET a = 'é'", ["é"]),
        ("SELECT -5, 3 - 2.5, -\n7", ["5", "-5", "3", "2.5", "-2.5", "7", "-7"]),
    ])
    func readsValues(text: String, values: [String]) {
        #expect(literals(text) == values)
    }

    @Test(arguments: [
        "'open", #"E'open\"#, "$a$ open", "$", "/* open", "\"open", "E'\\x", "E'\\u12", "$1a$x",
    ])
    func endsWithTheText(text: String) {
        _ = literals(text)
    }
}
