internal import APIModels
internal import PostgresWire
internal import Reactor

/// A connection to a resource that has logged in.
struct UpstreamConnection {
    let stream: ByteStream
    let session: UpstreamSession
}

/// Reaches a resource and logs in: the shell around `UpstreamLogin`. Runs on the caller's reactor.
enum UpstreamConnector {
    /// `parameters` are startup parameters beside user and database.
    static func connect(
        to target: UpstreamTarget, parameters: [(name: String, value: String)], on reactor: Reactor
    ) async throws(UpstreamFailure) -> UpstreamConnection {
        let deadline = Deadline.after(UpstreamTarget.connectTimeout)
        let login = try makeLogin(target, parameters)
        let stream: ByteStream
        do throws(IOError) {
            stream = try await ByteStream.connect(
                host: target.host, port: target.port, on: reactor, deadline: deadline)
        } catch {
            throw .unreachable(error)
        }
        do throws(UpstreamFailure) {
            let session = try await run(login, target, stream, deadline)
            return UpstreamConnection(stream: stream, session: session)
        } catch {
            stream.close()
            throw error
        }
    }

    /// Asks the server to cancel what `key`'s session runs (manual, 55.2.8). The server never answers.
    static func cancel(_ key: BackendKey, at target: UpstreamTarget, on reactor: Reactor) async {
        let deadline = Deadline.after(UpstreamTarget.connectTimeout)
        do throws(IOError) {
            let stream = try await ByteStream.connect(
                host: target.host, port: target.port, on: reactor, deadline: deadline)
            defer { stream.close() }
            if let context = target.tlsContext {
                var request: [UInt8] = []
                StartupRequest.writeSSLRequest(into: &request)
                try await stream.write(request, deadline: deadline)
                if try await stream.read(upTo: 1, deadline: deadline) == [UInt8(ascii: "S")] {
                    try await stream.startTLS(client: context, serverName: target.host, deadline: deadline)
                } else {
                    return
                }
            }
            var bytes: [UInt8] = []
            CancelRequest.write(key, into: &bytes)
            try await stream.write(bytes, deadline: deadline)
            // The server closes once it has read the request; closing first could lose it.
            _ = try await stream.read(upTo: 1, deadline: deadline)
        } catch {
            // The statement goes on and ends by itself; a cancel is a wish.
        }
    }

    private static func makeLogin(
        _ target: UpstreamTarget, _ parameters: [(name: String, value: String)]
    ) throws(UpstreamFailure) -> UpstreamLogin {
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<24).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let isLocal =
            target.host.hasPrefix("/") || SocketAddress(ip: target.host, port: 0)?.isLoopback == true
        do throws(UpstreamLoginFailure) {
            let settings = try UpstreamLoginSettings(
                user: target.user, database: target.database,
                password: target.password.map {
                    UpstreamPassword(String(decoding: $0.reveal(), as: UTF8.self))
                },
                parameters: parameters, tls: target.tls.preference, allowsCleartextWithoutTLS: isLocal)
            return UpstreamLogin(settings, nonce: nonce)
        } catch {
            throw .login(error)
        }
    }

    private static func run(
        _ login: UpstreamLogin, _ target: UpstreamTarget, _ stream: ByteStream, _ deadline: Deadline
    ) async throws(UpstreamFailure) -> UpstreamSession {
        var login = login
        var step = login.begin()
        while true {
            let current = step
            if case .ready(let session) = current.next { return session }
            if case .failed(let failure) = current.next { throw .login(failure) }
            do throws(IOError) {
                try await stream.write(current.send, deadline: deadline)
                switch current.next {
                case .read:
                    step = login.received(
                        try await stream.read(upTo: Reactor.readAreaSize, deadline: deadline))
                case .startTLS:
                    guard let context = target.tlsContext else { throw .tls(reason: "no TLS context") }
                    let info = try await stream.startTLS(
                        client: context, serverName: target.host, deadline: deadline)
                    step = login.tlsEstablished(serverEndPoint: info.serverEndPoint)
                case .deriveKeys(let derivation):
                    // Thousands of hash rounds: not on the loop.
                    step = login.keysDerived(await BlockingPool.shared.run { derivation.derive() })
                case .ready, .failed:
                    break
                }
            } catch {
                throw .unreachable(error)
            }
        }
    }
}

extension UpstreamTLS {
    /// `sslmode` as the login machine takes it; how much of the certificate is checked is in the TLS context.
    var preference: Preference {
        switch self {
        case .disable: .disabled
        case .require, .verifyCA, .verifyFull: .required
        }
    }
}
