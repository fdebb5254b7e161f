import APIModels
import HTTP
import HTTPTypes

/// An answer before it is one of HTTP.
struct APIResponse: Sendable {
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        case stream(@Sendable (HTTPBodyWriter) async throws -> Void)
    }

    var status: HTTPResponse.Status
    var headerFields: HTTPFields = [:]
    var body: Body = .none

    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> APIResponse {
        json(text: JSON.encode(value), status: status)
    }

    static func json(_ value: some JSONObjectWritable, status: HTTPResponse.Status = .ok) -> APIResponse {
        json(text: JSON.encode(value), status: status)
    }

    private static func json(text: [UInt8], status: HTTPResponse.Status) -> APIResponse {
        APIResponse(
            status: status, headerFields: [.contentType: "application/json"], body: .bytes(text))
    }

    static let noContent = APIResponse(status: .noContent)

    static func text(_ text: String, contentType: String) -> APIResponse {
        APIResponse(status: .ok, headerFields: [.contentType: contentType], body: .bytes(Array(text.utf8)))
    }

    static func file(_ file: HTTPStaticFile, for request: APIRequest) -> APIResponse {
        let (status, headerFields, body) = file.response(to: request.headerFields)
        return APIResponse(
            status: status, headerFields: headerFields, body: body.isEmpty ? .none : .bytes(body))
    }

    static func problem(_ problem: Problem) -> APIResponse {
        APIResponse(
            status: HTTPResponse.Status(code: problem.status),
            headerFields: [.contentType: Problem.mediaType], body: .bytes(JSON.encode(problem)))
    }

    /// A single thing with its ETag; 304 when the caller has it already.
    static func item(_ value: some Encodable, _ tag: EntityTag, for request: APIRequest) -> APIResponse {
        if request.headerFields[values: .ifNoneMatch].contains(where: { tag.isMatched(by: $0) }) {
            return APIResponse(status: .notModified, headerFields: [.eTag: tag.description])
        }
        return json(value).with(tag)
    }

    /// 201 with the ETag and the place of what was made.
    static func created(_ value: some Encodable, _ tag: EntityTag, at location: String) -> APIResponse {
        var response = json(value, status: .created).with(tag)
        response.headerFields[.location] = location
        return response
    }

    func with(_ tag: EntityTag) -> APIResponse {
        var response = self
        response.headerFields[.eTag] = tag.description
        return response
    }
}

/// The version of one thing: who it is and how often it was changed.
struct EntityTag: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// The id is part of it: a thing that was deleted and made again under its name is another.
    /// - Parameter part: which part of the thing, when parts have versions of their own.
    init<Kind>(_ id: TypedID<Kind>, part: String = "", revision: Int64) {
        description = "\"\(id.encoded.suffix(10))-\(part)\(revision)\""
    }

    /// Whether a field value of If-Match or If-None-Match names it (RFC 9110, section 13.1).
    func isMatched(by field: String) -> Bool {
        field.split(separator: ",").contains { candidate in
            let trimmed = candidate.drop { $0 == " " || $0 == "\t" }
            return trimmed == "*"
                || trimmed.prefix(description.utf8.count) == description
                    && trimmed.dropFirst(description.utf8.count).allSatisfy { $0 == " " || $0 == "\t" }
        }
    }
}

extension APIRequest {
    /// Holds a change to the version that the caller has seen.
    /// - Throws: 428 without If-Match, 412 when the thing has changed since.
    func requireMatch(_ tag: EntityTag) throws(Problem) {
        let fields = headerFields[values: .ifMatch]
        guard !fields.isEmpty else { throw .preconditionRequired }
        guard fields.contains(where: { tag.isMatched(by: $0) }) else { throw .preconditionFailed }
    }

    /// For a PUT of what does not exist.
    /// - Throws: 412 when the caller means to replace it.
    func requireAbsenceAllowed() throws(Problem) {
        guard headerFields[.ifMatch] == nil else { throw .preconditionFailed }
    }

    /// For a PUT of what exists.
    /// - Throws: 412 when the caller means to create it (`If-None-Match: *`).
    func requireReplaceAllowed() throws(Problem) {
        guard headerFields[.ifNoneMatch] == nil else { throw .preconditionFailed }
    }
}
