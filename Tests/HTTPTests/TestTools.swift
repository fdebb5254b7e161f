import Foundation
import Reactor
import Testing

/// What a command line tool gave.
struct ToolResult: Sendable {
    let status: Int32
    let output: String
    let errors: String
}

/// Runs a tool to its end.
func run(_ tool: String, _ arguments: [String]) async throws -> ToolResult {
    let directory = try TestDirectory()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/\(tool)")
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try directory.makeFile("output")
    process.standardError = try directory.makeFile("errors")
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        process.terminationHandler = { _ in continuation.resume() }
        do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return ToolResult(
        status: process.terminationStatus, output: try directory.read("output"),
        errors: try directory.read("errors"))
}

/// A directory that goes with the last reference.
final class TestDirectory: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "sallyport-http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func makeFile(_ name: String) throws -> FileHandle {
        guard FileManager.default.createFile(atPath: path(name), contents: nil) else {
            throw TestFailure("no \(name)")
        }
        return try FileHandle(forWritingTo: url.appending(path: name))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: url.appending(path: name))
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
    }
}

/// A certificate of `localhost` and 127.0.0.1 that signs itself, made once by openssl.
struct TestCertificate: Sendable {
    let directory: TestDirectory
    let certificate: String
    let key: String

    private static let making = Task { () throws -> TestCertificate in
        let directory = try TestDirectory()
        let result = try await run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                "-keyout", directory.path("key.pem"), "-out", directory.path("certificate.pem"),
            ])
        guard result.status == 0 else { throw TestFailure(result.errors) }
        return TestCertificate(
            directory: directory, certificate: try directory.read("certificate.pem"),
            key: try directory.read("key.pem"))
    }

    static var shared: TestCertificate {
        get async throws { try await making.value }
    }

    var path: String { directory.path("certificate.pem") }

    func serverContext(alpn: [String] = ["h2", "http/1.1"]) throws -> TLSServerContext {
        try TLSServerContext(certificateChainPEM: certificate, privateKeyPEM: key, alpn: alpn)
    }

    func clientContext(alpn: [String] = ["h2", "http/1.1"]) throws -> TLSClientContext {
        try TLSClientContext(trust: .pem(certificate), verifyHostname: true, alpn: alpn)
    }
}
