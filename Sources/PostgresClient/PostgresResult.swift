internal import CLibpq

/// The rows that a statement gave. Reads straight from libpq's memory, without copies.
///
/// Invariant of `@unchecked`: a PGresult is read-only once made and may be read from any thread (PostgreSQL manual,
/// section 34.20); nothing here changes it.
package final class PostgresResult: RandomAccessCollection, @unchecked Sendable {
    private let handle: OpaquePointer
    fileprivate let columns: [String]
    fileprivate let types: [PostgresType]

    package let startIndex = 0
    package let endIndex: Int

    /// Takes ownership of `handle`.
    init(owning handle: OpaquePointer) {
        self.handle = handle
        endIndex = Int(PQntuples(handle))
        let fields = 0..<PQnfields(handle)
        columns = fields.map { String(cString: PQfname(handle, $0)) }
        types = fields.map { PostgresType(oid: PQftype(handle, $0)) }
    }

    deinit {
        PQclear(handle)
    }

    package subscript(row: Int) -> PostgresRow {
        precondition(indices.contains(row), "no row \(row)")
        return PostgresRow(result: self, index: row)
    }

    /// Rows inserted, updated, deleted or selected.
    package var affectedRows: Int {
        Int(String(cString: PQcmdTuples(handle))) ?? 0
    }

    fileprivate func cell(row: Int, column: Int) -> PostgresCell {
        let row = Int32(row)
        let column32 = Int32(column)
        guard PQgetisnull(handle, row, column32) == 0 else {
            return PostgresCell(type: types[column], bytes: nil)
        }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(handle, row, column32), count: Int(PQgetlength(handle, row, column32)))
        return PostgresCell(type: types[column], bytes: bytes)
    }
}

/// One row; keeps its result alive.
package struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int

    /// The value of the column named `column`, as `type`.
    package func get<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws(PostgresError)
        -> T
    {
        guard let position = result.columns.firstIndex(of: column) else {
            throw .decoding(column: column, reason: "is not in the result")
        }
        do {
            return try withExtendedLifetime(result) { () throws(PostgresDecodingError) -> T in
                try T(postgres: result.cell(row: index, column: position))
            }
        } catch {
            throw .decoding(column: column, reason: error.reason)
        }
    }
}
