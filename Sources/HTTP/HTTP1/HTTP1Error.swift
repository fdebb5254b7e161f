import HTTPTypes

/// Why bytes are not an HTTP/1.1 message that is accepted here. The connection they came on is of no use any
/// more.
enum HTTP1Error: Error, Equatable, Sendable {
    case malformed(HTTP1Violation)
    case startLineTooLong
    case headTooLarge
    case tooManyFields
    case bodyTooLarge(limit: Int)
    case unsupportedVersion
    case unsupportedTransferCoding
    case unknownExpectation
    /// The bytes ended inside a message.
    case truncated

    /// What a server answers.
    var status: HTTPResponse.Status {
        switch self {
        case .malformed, .truncated: .badRequest
        case .startLineTooLong: .uriTooLong
        case .headTooLarge, .tooManyFields: .requestHeaderFieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedVersion: .httpVersionNotSupported
        case .unsupportedTransferCoding: .notImplemented
        case .unknownExpectation: .expectationFailed
        }
    }

    /// For the peer, so without anything of ours or of its bytes in it.
    var detail: String {
        switch self {
        case .malformed(let violation): violation.rawValue
        case .startLineTooLong: "The start line is longer than this server accepts."
        case .headTooLarge: "The header fields are longer than this server accepts."
        case .tooManyFields: "There are more header fields than this server accepts."
        case .bodyTooLarge(let limit): "The body is longer than \(limit) bytes."
        case .unsupportedVersion: "The HTTP version is not supported."
        case .unsupportedTransferCoding: "The only transfer coding supported is chunked."
        case .unknownExpectation: "The only expectation supported is 100-continue."
        case .truncated: "The message ended too early."
        }
    }
}

/// Broken rules of RFC 9112 and RFC 9110; what two implementations could read differently is refused, never
/// repaired.
enum HTTP1Violation: String, Equatable, Sendable {
    case bareLineFeed = "A line ends in LF without CR."
    case bareCarriageReturn = "A CR is not followed by LF."
    case nulByte = "A head contains a NUL byte."
    case requestLine = "The request line is not method, target and version, separated by single spaces."
    case method = "The method is not a token."
    case target = "The request target is not valid for the method."
    case statusLine = "The status line is not version, status code and reason."
    case missingHost = "There is no Host field."
    case repeatedHost = "There is more than one Host field."
    case host = "The Host field or the authority of the target is not host[:port]."
    case lineFolding = "A field line begins with white space."
    case missingColon = "A field line has no colon."
    case spaceBeforeColon = "There is white space between a field name and the colon."
    case fieldName = "A field name is not a token."
    case fieldValue = "A field value contains a control character."
    case contentLength = "The Content-Length is not a number."
    case repeatedContentLength = "There is more than one Content-Length."
    case lengthAndTransferEncoding = "There are both Content-Length and Transfer-Encoding."
    case transferEncoding =
        "The Transfer-Encoding is not exactly one chunked, or not allowed in this message."
    case chunkSize = "A chunk size is not a hexadecimal number of reasonable length."
    case chunkExtension = "A chunk extension is malformed, or there are too many."
    case chunkEnd = "A chunk is not followed by CRLF."
    case trailerField = "A trailer field is not allowed there."
}
