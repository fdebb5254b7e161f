import HTTPTypes
import Testing

@testable import HTTP

@Suite struct HTTPStaticFileTests {
    private static let content = Array("0123456789".utf8)
    private let file = HTTPStaticFile(
        content, version: "v1", contentType: "text/plain",
        compressed: [
            .init(coding: "zstd", bytes: [1, 2]), .init(coding: "gzip", bytes: [3]),
            .init(coding: "br", bytes: [UInt8](repeating: 0, count: 20)),
        ])

    private static let choices: [(accepted: String?, coding: String?)] = [
        (nil, nil), ("", nil), ("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd"),
        ("GZIP ; q=0.5", "gzip"),
        ("zstd;q=0, gzip", "gzip"), ("zstd;q=0.0, *", "gzip"), ("*", "zstd"), ("*;q=0, identity", nil),
        ("br", nil), ("deflate", nil), ("identity;q=0, gzip", "gzip"), ("identity;q=0", nil),
        (",,gzip,", "gzip"),
    ]

    @Test(arguments: choices) func choosesTheBestCodingThatIsTaken(
        _ choice: (accepted: String?, coding: String?)
    ) {
        var request: HTTPFields = [:]
        request[.acceptEncoding] = choice.accepted
        let answer = file.response(to: request)
        #expect(answer.status == .ok)
        #expect(answer.headerFields[.contentEncoding] == choice.coding)
        #expect(answer.headerFields[.vary] == "Accept-Encoding")
        #expect(
            answer.body == (choice.coding == "zstd" ? [1, 2] : choice.coding == "gzip" ? [3] : Self.content))
        #expect(answer.headerFields[.eTag] == "\"v1\(choice.coding.map { "-\($0)" } ?? "")\"")
    }

    @Test(arguments: [
        ("\"v1\"", true), ("W/\"v1\"", true), ("\"v0\" , \"v1\"", true), ("*", true), ("\"v1-gzip\"", false),
        ("v1", false),
        ("\"v2\"", false),
    ])
    func isNotSentAgainToWhoeverHasIt(_ field: String, _ hasIt: Bool) {
        let answer = file.response(to: [.ifNoneMatch: field])
        #expect(answer.status == (hasIt ? .notModified : .ok))
        #expect(answer.body.isEmpty == hasIt)
        #expect(answer.headerFields[.eTag] == "\"v1\"")
    }
}
