import HTTPTypes

/// A request to the control plane, before it is signed.
struct ControlPlaneRequest: Sendable {
    var method: HTTPRequest.Method
    /// With its query.
    var path: String
    var fields: HTTPFields
    var body: [UInt8]?
    /// Whether it may be sent again, to another replica, when nobody knows what became of the first.
    var isRepeatable: Bool

    init(
        method: HTTPRequest.Method, path: String, fields: HTTPFields = [:], body: [UInt8]? = nil,
        isRepeatable: Bool
    ) {
        self.method = method
        self.path = path
        self.fields = fields
        self.body = body
        self.isRepeatable = isRepeatable
    }

    static func get(_ path: String) -> ControlPlaneRequest {
        ControlPlaneRequest(method: .get, path: path, isRepeatable: true)
    }

    /// A POST with a JSON body.
    static func post(_ path: String, _ json: [UInt8]? = nil, isRepeatable: Bool)
        -> ControlPlaneRequest
    {
        ControlPlaneRequest(
            method: .post, path: path, fields: json == nil ? [:] : [.contentType: "application/json"],
            body: json,
            isRepeatable: isRepeatable)
    }
}
