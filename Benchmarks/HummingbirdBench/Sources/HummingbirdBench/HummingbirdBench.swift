import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdHTTP2
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// `GET /v1/me`, for whoever has the right token, and `GET /static`: the same bodies and fields as the control plane's.
///
/// Arguments: port, token, file with the body of /v1/me, file with the static body, and with TLS a certificate and a key.
@main
enum HummingbirdBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5 || arguments.count == 7, let port = Int(arguments[1]) else {
            FileHandle.standardError.write(
                Data("usage: HummingbirdBench PORT TOKEN ME STATIC [CERTIFICATE KEY]\n".utf8))
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
        router.get("/static") { _, _ -> Response in
            Response(
                status: .ok, headers: [.contentType: "application/yaml", .eTag: "\"1\""],
                body: ResponseBody(byteBuffer: file))
        }
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        let server: HTTPServerBuilder
        if arguments.count == 7 {
            let certificates = try NIOSSLCertificate.fromPEMFile(arguments[5]).map {
                NIOSSLCertificateSource.certificate($0)
            }
            let key = try NIOSSLPrivateKey(file: arguments[6], format: .pem)
            let tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates, privateKey: .privateKey(key))
            server = try .http2Upgrade(tlsConfiguration: tls)
        } else {
            server = .http1()
        }
        let application = Application(
            router: router, server: server,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 2)), logger: logger)
        try await application.runService()
    }
}
