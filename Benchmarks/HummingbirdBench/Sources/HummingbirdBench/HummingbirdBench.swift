import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// `GET /v1/me`, for whoever has the right token, and `GET /healthz`: the same bodies and fields as the control plane's.
///
/// Arguments: port, token, file with the body of /v1/me, file with the static body; then nothing for HTTP/1.1 in the clear, `h2`
/// for h2 in the clear, or a certificate and a key for both over TLS.
@main
enum HummingbirdBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (5...7).contains(arguments.count), let port = Int(arguments[1]) else {
            FileHandle.standardError.write(
                Data("usage: HummingbirdBench PORT TOKEN ME STATIC [h2 | CERTIFICATE KEY]\n".utf8))
            exit(64)
        }
        let token = "Bearer " + arguments[2]
        let me = ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: arguments[3])))
        let file = ByteBuffer(bytes: try Data(contentsOf: URL(fileURLWithPath: arguments[4])))

        let router = Router()
        router.get("/v1/me") { request, _ -> Response in
            guard request.headers[.authorization] == token else { throw HTTPError(.unauthorized) }
            return Response(
                status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: me))
        }
        router.get("/healthz") { _, _ -> Response in
            Response(
                status: .ok, headers: [.contentType: "application/yaml", .eTag: "\"1\""],
                body: ResponseBody(byteBuffer: file))
        }
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let application = Application(
            router: router, server: try server(Array(arguments[5...])),
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 2)), logger: logger)
        try await application.runService()
    }
    private static func server(_ arguments: [String]) throws -> HTTPServerBuilder {
        switch arguments.count {
        case 0: return .http1()
        case 1: return .plaintextHTTP2()
        default:
            let certificates = try NIOSSLCertificate.fromPEMFile(arguments[0])
            return try .http2Upgrade(
                tlsConfiguration: .makeServerConfiguration(
                    certificateChain: certificates.map { .certificate($0) },
                    privateKey: .privateKey(NIOSSLPrivateKey(file: arguments[1], format: .pem))))
        }
    }
}
