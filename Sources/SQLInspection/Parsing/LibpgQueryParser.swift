internal import CPgQuery

/// PostgreSQL's own grammar, in this process. For the sandboxed workers and for tests: hostile text can exhaust the stack
/// or the time of whoever calls this.
package struct LibpgQueryParser: StatementParser, Sendable {
    package init() {}

    package func parse(_ text: [UInt8], as language: ParsedLanguage) throws(InspectionFailure) -> [UInt8] {
        if text.contains(0) { throw .syntax(message: "the statement holds a NUL byte", position: 0) }
        var terminated = text.map { CChar(bitPattern: $0) }
        terminated.append(0)
        return switch language {
        case .sql: try parseSQL(terminated)
        case .plpgsql: try parsePLpgSQL(terminated)
        }
    }

    private func parseSQL(_ text: [CChar]) throws(InspectionFailure) -> [UInt8] {
        let result = pg_query_parse_protobuf(text)
        defer { pg_query_free_protobuf_parse_result(result) }
        if let error = result.error { throw Self.failure(error.pointee) }
        guard let data = result.parse_tree.data else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: data, count: result.parse_tree.len))
    }

    private func parsePLpgSQL(_ text: [CChar]) throws(InspectionFailure) -> [UInt8] {
        let result = pg_query_parse_plpgsql(text)
        defer { pg_query_free_plpgsql_parse_result(result) }
        if let error = result.error { throw Self.failure(error.pointee) }
        guard let functions = result.plpgsql_funcs else { return [] }
        return [UInt8](String(cString: functions).utf8)
    }

    private static func failure(_ error: PgQueryError) -> InspectionFailure {
        let message = error.message.map { String(cString: $0) } ?? "syntax error"
        if message.contains("stack depth limit") || message.contains("out of memory") {
            return .tooComplex(message)
        }
        return .syntax(message: message, position: Int(max(error.cursorpos, 0)))
    }
}
