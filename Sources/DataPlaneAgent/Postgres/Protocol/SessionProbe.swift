internal import PostgresWire
internal import Reactor

/// The gateway's own question about the state of a session that decides what names mean: search path, role, and what the
/// session has in `pg_temp`.
///
/// It is asked when a statement may have changed that state, rather than predicted: SET LOCAL, savepoints, ROLLBACK,
/// functions with SET clauses and DISCARD all have their own rules, and the server knows them. Every name in it is
/// qualified, so that nothing in the session can change what it asks.
enum SessionProbe {
    static let statement = OwnStatement(
        text: """
            SELECT pg_catalog.current_setting('search_path'), current_user::pg_catalog.text, \
            (SELECT pg_catalog.string_agg(pg_catalog.concat(c.relkind, \
            pg_catalog.encode(pg_catalog.convert_to(c.relname::pg_catalog.text, 'UTF8'), 'hex')), ',') \
            FROM pg_catalog.pg_class c \
            WHERE c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema() \
            AND c.relkind OPERATOR(pg_catalog.<>) 'i'), pg_catalog.current_setting('standard_conforming_strings'), \
            pg_catalog.current_setting('default_transaction_read_only')
            """, purpose: .probe)

    /// What the answer said.
    struct Answer: Sendable, Equatable {
        var searchPath: String
        var role: String
        /// Name and `pg_class.relkind`.
        var temporaryRelations: [String: Character]
        /// `default_transaction_read_only`.
        var isReadOnlyByDefault: Bool
    }

    /// Reads the answer's row; nil when it is not what the probe asks for.
    static func decode(row body: Span<UInt8>) -> Answer? {
        guard let row = try? DataRow(decoding: body) else { return nil }
        let cells = row.cells.array(in: body)
        guard cells.count == 5, case .bytes(let path) = cells[0], case .bytes(let role) = cells[1],
            case .bytes(let conforming) = cells[3], body.matches(conforming, "on"),
            case .bytes(let readOnly) = cells[4]
        else { return nil }
        var relations: [String: Character] = [:]
        if case .bytes(let list) = cells[2] {
            for entry in body.text(list).split(separator: ",") {
                guard let kind = entry.first, let name = unhex(entry.dropFirst()) else { return nil }
                relations[name] = kind
            }
        }
        return Answer(
            searchPath: body.text(path), role: body.text(role), temporaryRelations: relations,
            isReadOnlyByDefault: body.matches(readOnly, "on"))
    }

    private static func unhex(_ text: Substring) -> String? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SessionProbe {
    /// Asks over a connection that nothing else uses yet, before the client's first statement.
    static func ask(_ stream: ByteStream) async throws(UpstreamFailure) -> Answer {
        let deadline = Deadline.after(UpstreamTarget.connectTimeout)
        var answer: Answer?
        var buffer: [UInt8] = []
        var message: [UInt8] = []
        statement.write(closing: true, into: &message)
        do throws(IOError) {
            try await stream.write(message, deadline: deadline)
            while true {
                let bytes = try await stream.read(upTo: Reactor.readAreaSize, deadline: deadline)
                guard !bytes.isEmpty else { throw IOError.closed }
                buffer += bytes
                var scanner = FrameScanner<BackendType>()
                while case .frame(let frame) = scanner.next(in: buffer.span) {
                    let body = buffer.span.extracting(frame.body)
                    if frame.type == .dataRow { answer = decode(row: body) }
                    if frame.type == .errorResponse, let report = try? Report(decoding: body) {
                        throw IOError.system(errno: 71, operation: "the probe failed: \(report.message)")
                    }
                    guard frame.type == .readyForQuery else { continue }
                    guard let answer else {
                        throw IOError.system(errno: 71, operation: "the probe had no answer")
                    }
                    return answer
                }
                buffer.removeFirst(scanner.cursor)
            }
        } catch {
            throw .unreachable(error)
        }
    }
}
