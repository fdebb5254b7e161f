import APIModels
import Compression
import Crypto
import HTTP
import HTTPTypes

/// What describes the API: openapi.yaml as it is, and as a page. Made and compressed once, at the start.
struct ReferenceFiles: Sendable {
    let openAPI: HTTPStaticFile
    let page: HTTPStaticFile

    /// - Throws: when the text is no description of an API.
    init(openAPI text: String) throws {
        let page = ReferencePage(description: try APIDescription(yaml: text)).html
        openAPI = try Self.file(text, contentType: "application/yaml")
        // Nothing may run or be loaded; the one style sheet is named by its hash.
        let style = Base64URL.encode(Array(SHA256.hash(data: Array(ReferencePage.style.utf8)))) + "="
        let policy =
            "default-src 'none'; style-src 'sha256-\(style)'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        self.page = try Self.file(
            page.markup, contentType: "text/html; charset=utf-8", [.contentSecurityPolicy: policy])
    }

    private static func file(
        _ text: String, contentType: String, _ headerFields: HTTPFields = [:]
    ) throws -> HTTPStaticFile {
        let bytes = Array(text.utf8)
        let hash = SHA256.hash(data: bytes).prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
        var fields = headerFields
        // It may change with the next version: to be asked for each time, and seldom sent.
        fields[.cacheControl] = "no-cache"
        return HTTPStaticFile(
            bytes, version: hash, contentType: contentType,
            compressed: [
                .init(coding: "zstd", bytes: try Zstandard.compress(bytes, level: 19)),
                .init(coding: "gzip", bytes: try Gzip.compress(bytes)),
            ],
            headerFields: fields)
    }
}
