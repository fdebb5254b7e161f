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
    let child = try spawn(tool, arguments, in: directory)
    let status = await BlockingPool.shared.run { end(of: child) }
    return ToolResult(
        status: status, output: try directory.read("output"), errors: try directory.read("errors"))
}

/// Runs a tool that is killed when `body` has returned.
func withTool(_ tool: String, _ arguments: [String], _ body: () async throws -> Void) async throws {
    let directory = try TestDirectory()
    let child = try spawn(tool, arguments, in: directory)
    var failure: (any Error)?
    do { try await body() } catch { failure = error }
    kill(child, SIGKILL)
    _ = await BlockingPool.shared.run { end(of: child) }
    if let failure { throw failure }
}

/// Starts a tool whose output and errors go into files of these names.
///
/// With posix_spawn: Foundation's Process now and then misses the end of a short-lived child when much runs
/// at once.
private func spawn(_ tool: String, _ arguments: [String], in directory: TestDirectory) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, directory.path("output"), writing, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, directory.path("errors"), writing, 0o600)
    var words = (["/usr/bin/\(tool)"] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, "/usr/bin/\(tool)", &actions, nil, &words, environ)
    guard failure == 0 else { throw TestFailure("\(tool) cannot be run: \(failure)") }
    return child
}

private func end(of child: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    return status
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

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: url.appending(path: name))
    }

    func read(_ name: String) throws -> String {
        guard let file = fopen(path(name), "r") else { throw TestFailure("no \(name)") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&piece, 1, piece.count, file), count > 0 { bytes += piece[..<count] }
        return String(decoding: bytes, as: UTF8.self)
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
