import Foundation

/// A certificate with its key, PEM.
struct Identity: Sendable {
    let chain: String
    let key: String
}

/// A certificate authority made for one run of the tests with the `openssl` program.
final class TestAuthority: Sendable {
    /// The authority that the tests trust, and one that they do not.
    static let trusted = TestAuthority(name: "Trusted")
    static let foreign = TestAuthority(name: "Foreign")

    let certificate: String
    private let folder: URL

    private init(name: String) {
        let manager = FileManager.default
        folder = manager.temporaryDirectory.appendingPathComponent("reactor-tests-\(UUID().uuidString)")
        try! manager.createDirectory(at: folder, withIntermediateDirectories: true)
        TestAuthority.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=\(name) test authority", "-keyout", "ca.key", "-out", "ca.pem", in: folder)
        certificate = TestAuthority.text("ca.pem", in: folder)
    }

    /// A leaf for `names` (`DNS:localhost`, `IP:127.0.0.1`), signed by this authority.
    func issue(_ names: [String]) -> Identity {
        let id = UUID().uuidString
        TestAuthority.openssl(
            "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", "/CN=\(id.prefix(8))", "-keyout", "\(id).key", "-out", "\(id).csr", in: folder)
        try! "subjectAltName=\(names.joined(separator: ","))\n".write(
            to: folder.appendingPathComponent("\(id).ext"), atomically: true, encoding: .utf8)
        TestAuthority.openssl(
            "x509", "-req", "-in", "\(id).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
            "-set_serial", "\(UInt32.random(in: 1...UInt32.max))",
            "-extfile", "\(id).ext", "-out", "\(id).pem", in: folder)
        return Identity(
            chain: TestAuthority.text("\(id).pem", in: folder),
            key: TestAuthority.text("\(id).key", in: folder))
    }

    private static func text(_ name: String, in folder: URL) -> String {
        try! String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    private static func openssl(_ arguments: String..., in folder: URL) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try! process.run()
        process.waitUntilExit()
        precondition(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
    }
}
