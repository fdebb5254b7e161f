import HTTPTypes
import Reactor
import Testing

@testable import HTTP

/// The server against the clients that people use.
@Suite struct HTTPToolsTests {
    enum Wire: CaseIterable, Sendable {
        case http1, http1TLS, http2, http2TLS

        var usesTLS: Bool { self == .http1TLS || self == .http2TLS }

        var curlOption: String {
            switch self {
            case .http1, .http1TLS: "--http1.1"
            case .http2: "--http2-prior-knowledge"
            case .http2TLS: "--http2"
            }
        }

        var version: String {
            switch self {
            case .http1, .http1TLS: "HTTP/1.1"
            case .http2, .http2TLS: "HTTP/2"
            }
        }
    }

    private func withCurl(
        _ wire: Wire, limits: HTTPLimits = HTTPLimits(),
        _ body:
            @Sendable (_ url: String, _ curl: @Sendable ([String]) async throws -> ToolResult) async throws ->
            Void
    ) async throws {
        let certificate = try await TestCertificate.shared
        let tls = wire.usesTLS ? try certificate.serverContext() : nil
        try await withServer(limits: limits, tls: tls) { server in
            let url = "\(wire.usesTLS ? "https" : "http")://localhost:\(server.port)"
            try await body(url) { arguments in
                try await run(
                    "curl", ["-sS", "-m", "30", wire.curlOption, "--cacert", certificate.path] + arguments)
            }
        }
    }

    @Test(arguments: Wire.allCases) func servesCurl(_ wire: Wire) async throws {
        try await withCurl(wire) { url, curl in
            let info = try await curl([url + "/info?x=y"])
            #expect(info.output.hasPrefix("\(wire.version) GET localhost"))
            let echo = try await curl(["-d", "some text", url + "/echo"])
            #expect(echo.output == "some text")
            if wire != .http2 {
                // curl 7.88 cannot use a connection with prior knowledge twice.
                let both = try await curl(["-d", "x", url + "/hello", url + "/echo"])
                #expect(both.output == "hellox")
            }
            let none = try await curl(["-w", "%{http_code}", url + "/none"])
            #expect(none.output == "404")
            let head = try await curl(["-I", url + "/hello"])
            #expect(head.output.lowercased().contains("content-length: 5\r\n"))
            let big = try await curl(["-o", "/dev/null", "-w", "%{size_download}", url + "/big"])
            #expect(big.output == "8388608")
        }
    }

    @Test(arguments: Wire.allCases) func takesUploadsOfCurl(_ wire: Wire) async throws {
        let directory = try TestDirectory()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        try directory.write(bytes, to: "upload")
        try await withCurl(wire) { url, curl in
            for path in ["/echo", "/pipe"] {
                let result = try await curl(
                    [
                        "-T", directory.path("upload"), "-H", "Expect:", url + path, "-o",
                        directory.path("download"),
                    ])
                #expect(result.status == 0, "\(result.errors)")
                let same = try await run("cmp", [directory.path("upload"), directory.path("download")])
                #expect(same.status == 0)
            }
            let expecting = try await curl(
                [
                    "-H", "Expect: 100-continue", "--data-binary", "@" + directory.path("upload"),
                    url + "/ignore",
                ])
            #expect(expecting.output == "ignored", "\(expecting.errors)")
        }
    }

    @Test(arguments: Wire.allCases) func refusesLargeBodiesOfCurl(_ wire: Wire) async throws {
        var limits = HTTPLimits()
        limits.bodyBytes = 1000
        let directory = try TestDirectory()
        try directory.write([UInt8](repeating: 0, count: 500_000), to: "upload")
        try await withCurl(wire, limits: limits) { url, curl in
            let result = try await curl(
                [
                    "-w", "%{http_code}", "-o", "/dev/null", "--data-binary", "@" + directory.path("upload"),
                    url + "/echo",
                ])
            #expect(result.output == "413", "\(result.errors)")
        }
    }

    @Test(arguments: Wire.allCases) func refusesLargeHeadsOfCurl(_ wire: Wire) async throws {
        try await withCurl(wire) { url, curl in
            let field = "X-Large: " + String(repeating: "a", count: 33_000)
            let result = try await curl([
                "-w", "%{http_code}", "-o", "/dev/null", "-H", field, url + "/hello",
            ])
            #expect(result.output == "431", "\(result.errors)")
        }
    }

    @Test(arguments: Wire.allCases) func letsCurlNoticeACutOffResponse(_ wire: Wire) async throws {
        try await withCurl(wire) { url, curl in
            let result = try await curl([url + "/broken"])
            #expect(result.status != 0)
        }
    }

    @Test func servesNghttp() async throws {
        try await withServer { server in
            let result = try await run("nghttp", ["-v", "http://127.0.0.1:\(server.port)/hello"])
            #expect(result.status == 0)
            #expect(result.output.contains(":status: 200"))
            #expect(result.output.contains("SETTINGS_NO_RFC7540_PRIORITIES"))
        }
    }

    @Test(arguments: Wire.allCases) func servesH2load(_ wire: Wire) async throws {
        let certificate = try await TestCertificate.shared
        let tls = wire.usesTLS ? try certificate.serverContext() : nil
        try await withServer(tls: tls) { server in
            let url = "\(wire.usesTLS ? "https" : "http")://127.0.0.1:\(server.port)/hello"
            let protocolOption = wire.version == "HTTP/1.1" ? ["--h1"] : []
            let result = try await run(
                "h2load", ["-n", "2000", "-c", "20", "-m", "10", url] + protocolOption)
            #expect(result.output.contains("2000 succeeded, 0 failed, 0 errored"), "\(result.output)")
        }
    }
}
