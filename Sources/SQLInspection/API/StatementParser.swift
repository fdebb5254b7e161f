/// What turns SQL text into libpg_query's tree. In the agent it is a sandboxed worker process; in tests the library itself.
package protocol StatementParser {
    /// The tree of `text` in libpg_query's protobuf form (`ParseResult`) or, for `.plpgsql`, its JSON form.
    func parse(_ text: [UInt8], as language: ParsedLanguage) throws(InspectionFailure) -> [UInt8]
}

package enum ParsedLanguage: UInt8, Sendable {
    case sql = 1
    /// A whole `CREATE FUNCTION … LANGUAGE plpgsql`.
    case plpgsql = 2
}
