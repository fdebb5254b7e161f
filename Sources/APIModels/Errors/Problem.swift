/// The body of every error answer: RFC 9457 `application/problem+json`, with a stable `code`.
package struct Problem: Error, Hashable, Sendable, Codable {
    /// A URI reference that names the kind of problem; made from the code.
    package var type: String
    /// The kind of problem in a few words, the same for every occurrence.
    package var title: String
    package var status: Int
    package var code: ErrorCode
    /// What went wrong this time, for the caller to read.
    package var detail: String?
    /// The request that it is about.
    package var instance: String?
    /// What is wrong with the body, field by field.
    package var errors: [FieldError]?

    package static let mediaType = "application/problem+json"

    package init(
        status: Int, code: ErrorCode, title: String, detail: String? = nil, instance: String? = nil,
        errors: [FieldError]? = nil
    ) {
        type = "urn:sallyport:problem:\(code.rawValue)"
        self.title = title
        self.status = status
        self.code = code
        self.detail = detail
        self.instance = instance
        self.errors = errors
    }

    /// 400 with every field error.
    package init(_ failure: JSONDecodingFailure) {
        self.init(
            status: 400, code: .invalidBody, title: "The body is not valid",
            detail: failure.errors.first?.description, errors: failure.errors)
    }
}
