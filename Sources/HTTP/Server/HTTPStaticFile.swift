package import HTTPTypes

/// A file that stays as it is while the process lives, in every coding that it was compressed in beforehand.
///
/// It answers with a strong ETag for each coding, 304 to whoever has it, and no ranges (RFC 9110, section 14.2: a server may
/// ignore Range).
package struct HTTPStaticFile: Sendable {
    /// One way in which the content is sent.
    package struct Representation: Sendable {
        /// The content coding, `nil` for none.
        package let coding: String?
        package let bytes: [UInt8]

        package init(coding: String?, bytes: [UInt8]) {
            self.coding = coding
            self.bytes = bytes
        }
    }

    private let representations: [(representation: Representation, tag: String)]
    private let headerFields: HTTPFields

    /// - Parameters:
    ///   - version: names the content: 1 to 64 letters or digits, of its hash.
    ///   - compressed: other representations, the best first. One that is not shorter than the content is left out.
    ///   - headerFields: sent with every answer.
    package init(
        _ content: [UInt8], version: String, contentType: String, compressed: [Representation],
        headerFields: HTTPFields = [:]
    ) {
        let worthwhile = compressed.filter { $0.bytes.count < content.count }
        representations = (worthwhile + [Representation(coding: nil, bytes: content)]).map { one in
            (one, "\"\(version)\(one.coding.map { "-\($0)" } ?? "")\"")
        }
        var fields = headerFields
        fields[.contentType] = contentType
        if !worthwhile.isEmpty { fields[.vary] = "Accept-Encoding" }
        self.headerFields = fields
    }

    /// The answer to a GET or HEAD with these fields.
    package func response(to request: HTTPFields) -> (
        status: HTTPResponse.Status, headerFields: HTTPFields, body: [UInt8]
    ) {
        let accepted = AcceptedCodings(request[values: .acceptEncoding])
        // Without any that is accepted, the content as it is: 406 would help nobody (RFC 9110, section 12.5.3).
        let chosen =
            representations.first { accepted.contains($0.representation.coding) } ?? representations.last
        guard let chosen else { preconditionFailure("a file has its content as a representation") }
        var fields = headerFields
        fields[.eTag] = chosen.tag
        if request[values: .ifNoneMatch].contains(where: { Self.names(chosen.tag, in: $0) }) {
            return (.notModified, fields, [])
        }
        if let coding = chosen.representation.coding { fields[.contentEncoding] = coding }
        return (.ok, fields, chosen.representation.bytes)
    }

    /// Whether a field value of If-None-Match names the tag, compared weakly (RFC 9110, section 13.1.2).
    private static func names(_ tag: String, in field: String) -> Bool {
        field.split(separator: ",").contains { candidate in
            var text = candidate.drop { $0 == " " || $0 == "\t" }
            while text.last == " " || text.last == "\t" { text.removeLast() }
            if text.hasPrefix("W/") { text = text.dropFirst(2) }
            return text == "*" || text == tag
        }
    }
}

/// The content codings that a client takes (RFC 9110, section 12.5.3).
struct AcceptedCodings: Sendable {
    /// Whether a coding is taken, by its name in lower case. `*` is every other.
    private var isTaken: [String: Bool] = [:]

    init(_ fields: [String]) {
        for item in fields.joined(separator: ",").split(separator: ",") {
            let parts = item.split(separator: ";", omittingEmptySubsequences: false).map { part in
                part.filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            guard let name = parts.first, !name.isEmpty else { continue }
            isTaken[name] = !parts.dropFirst().contains(where: Self.isZeroWeight)
        }
    }

    func contains(_ coding: String?) -> Bool {
        guard let coding else { return isTaken["identity"] ?? isTaken["*"] ?? true }
        return isTaken[coding] ?? isTaken["*"] ?? false
    }

    /// `q=0`, `q=0.`, `q=0.000`
    private static func isZeroWeight(_ parameter: String) -> Bool {
        parameter.hasPrefix("q=0") && parameter.dropFirst(3).allSatisfy { $0 == "." || $0 == "0" }
    }
}
