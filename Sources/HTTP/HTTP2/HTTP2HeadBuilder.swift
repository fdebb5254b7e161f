import HTTPTypes

/// One header block as it is decoded: pseudo fields, fields, and what is wrong with them.
///
/// libnghttp2 has checked what RFC 9113 section 8 says about names, pseudo fields and connection-specific
/// fields; sizes and what our types need are checked here.
struct HTTP2HeadBuilder {
    enum Violation: Error, Equatable {
        case tooLarge
        case malformed
    }

    private var list: [HTTPField] = []
    private(set) var violation: Violation?
    private(set) var contentLength: Int?
    private(set) var expectsContinue = false
    private var method: String?
    private var scheme: String?
    private var authority: String?
    private var host: String?
    private var path: String?
    private var status: String?
    private var byteCount = 0
    private var fieldCount = 0

    /// Far more than allowed: nothing of the block is worth decoding any more.
    private(set) var isHopeless = false

    var fields: HTTPFields { HTTPFields(list: list) }

    mutating func add(
        _ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, limits: HTTPLimits
    ) {
        // The size as RFC 9113 section 6.5.2 counts it.
        byteCount += name.count + value.count + 32
        fieldCount += 1
        if byteCount > limits.headerBytes || fieldCount > limits.headerFields {
            isHopeless = byteCount > 8 * limits.headerBytes || fieldCount > 8 * limits.headerFields
            violation = violation ?? .tooLarge
            return
        }
        if name.first == UInt8(ascii: ":") {
            guard HTTPField.isValidValue(value) else {
                violation = .malformed
                return
            }
            addPseudo(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        } else {
            addField(name, value)
        }
    }

    private mutating func addPseudo(_ name: String, _ value: String) {
        switch name {
        case ":method": method = value
        case ":scheme": scheme = value
        case ":authority": authority = value
        case ":path": path = value
        case ":status": status = value
        default: violation = .malformed
        }
    }

    private mutating func addField(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        guard let parsed = ParsedFieldName(name) else {
            violation = .malformed
            return
        }
        guard let field = HTTPField(parsed.name, exactly: value) else {
            violation = .malformed
            return
        }
        if list.isEmpty { list.reserveCapacity(HTTPFields.usualCount) }
        switch parsed.role {
        case .ordinary:
            list.append(field)
        case .contentLength:
            guard contentLength == nil, let length = Int(field.value), length >= 0 else {
                violation = .malformed
                return
            }
            contentLength = length
            list.append(field)
        case .host:
            if host != nil { violation = .malformed }
            host = field.value
        case .expect:
            expectsContinue = field.value.lowercased() == "100-continue"
        case .transferEncoding, .connection, .hopByHop:
            violation = .malformed
        }
    }

    /// RFC 9113 section 8.3.1.
    func request() throws(Violation) -> HTTPRequest {
        if let violation { throw violation }
        guard let text = method, let method = HTTPRequest.Method(text) else { throw .malformed }
        if let authority, let host, authority != host { throw .malformed }
        let target = authority ?? host
        if let target, !HTTPAuthority.isValid(target) { throw .malformed }
        if method != .connect {
            guard let scheme, scheme == "http" || scheme == "https", let path, target != nil,
                path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }),
                path.hasPrefix("/") || (path == "*" && method == .options)
            else { throw .malformed }
        }
        return HTTPRequest(
            method: method, scheme: scheme, authority: target, path: path, headerFields: fields)
    }

    /// RFC 9113 section 8.3.2.
    func response() throws(Violation) -> HTTPResponse {
        if let violation { throw violation }
        guard let status, status.utf8.count == 3, let code = Int(status), (100...599).contains(code) else {
            throw .malformed
        }
        return HTTPResponse(status: HTTPResponse.Status(code: code), headerFields: fields)
    }
}
