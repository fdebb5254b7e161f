internal import PostgresWire
internal import Reactor

/// How a client wants to begin, once TLS is settled.
enum Greeting {
    case session(ClientStartup)
    case cancel(BackendKey)
}

/// The client's StartupMessage in the agent's terms.
struct ClientStartup {
    var version: ProtocolVersion
    /// The name that the client gives itself; it decides nothing.
    var user: String
    /// Names the resource.
    var database: String
    /// What is passed on to the resource; only what is on the list.
    var parameters: [(name: String, value: String)]

    var applicationName: String { parameters.first { $0.name == "application_name" }?.value ?? "" }
}

/// Why there is no session; `report` is what the client is told.
enum GreetingFailure: Error {
    case refused(Report)
    case violation(WireViolation)
    case stream(IOError)
    /// It went away before it said anything: a port scan, a health check.
    case silent
}

/// The first packets of a connection: SSLRequest, GSSENCRequest, TLS at once, then startup or cancel (manual, 55.2.1).
struct ClientGreeter {
    let stream: ByteStream
    let tls: TLSServerContext?
    let limits: WireLimits
    let deadline: Deadline

    /// More packets than SSLRequest, GSSENCRequest and the startup itself are nobody's.
    private static let maximumPackets = 4

    func greet() async throws(GreetingFailure) -> Greeting {
        do throws(IOError) {
            if try await firstByte() == 0x16 {
                guard let tls else { throw IOError.closed }
                let info = try await stream.startTLS(server: tls, deadline: deadline)
                guard info.alpn == "postgresql" else {
                    throw IOError.tls(reason: "TLS at once needs the ALPN protocol postgresql")
                }
            }
        } catch {
            throw .stream(error)
        }
        for _ in 0..<Self.maximumPackets {
            let packet = try await nextPacket()
            switch packet.request {
            case .sslRequest: try await answerSSLRequest()
            case .gssEncryptionRequest: try await write([UInt8(ascii: "N")])
            case .cancel(let request): return .cancel(BackendKey(request, in: packet.bytes.span))
            case .startup(let message): return .session(try await startup(message, packet.bytes))
            }
        }
        throw .refused(Report(.fatal, .protocolViolation, "too many requests before the startup message"))
    }

    private func firstByte() async throws(IOError) -> UInt8? {
        while true {
            try await stream.readable(deadline: deadline)
            if let byte = try stream.tryPeek() { return byte }
            if stream.isPeerClosed { return nil }
        }
    }

    /// One packet and not a byte more, so that nothing sent in the clear is taken for something said under TLS.
    private func nextPacket() async throws(GreetingFailure) -> (request: StartupRequest, bytes: [UInt8]) {
        var bytes: [UInt8] = []
        while true {
            switch StartupRequest.scan(bytes.span, limits: limits) {
            case .request(let request, _): return (request, bytes)
            case .needMore(let missing):
                let more: [UInt8]
                do throws(IOError) {
                    more = try await stream.read(upTo: missing, deadline: deadline)
                } catch {
                    throw .stream(error)
                }
                guard !more.isEmpty else {
                    if bytes.isEmpty { throw .silent }
                    throw .violation(.truncatedBody)
                }
                bytes += more
            case .directTLS: throw .violation(.unknownType(0x16))
            case .violation(let violation): throw .violation(violation)
            }
        }
    }

    private func answerSSLRequest() async throws(GreetingFailure) {
        guard let tls, stream.tls == nil else { return try await write([UInt8(ascii: "N")]) }
        do throws(IOError) {
            var extra: UInt8 = 0
            let behind = try withUnsafeMutableBytes(of: &extra) { byte throws(IOError) in
                try stream.tryRead(into: byte)
            }
            if case .bytes = behind {
                throw IOError.tls(reason: "bytes in the clear behind the SSLRequest")
            }
            try await stream.write([UInt8(ascii: "S")], deadline: deadline)
            try await stream.startTLS(server: tls, deadline: deadline)
        } catch {
            throw .stream(error)
        }
    }

    private func write(_ bytes: [UInt8]) async throws(GreetingFailure) {
        do throws(IOError) {
            try await stream.write(bytes, deadline: deadline)
        } catch {
            throw .stream(error)
        }
    }

    // MARK: The startup message

    private func startup(_ message: StartupMessage, _ packet: [UInt8]) async throws(GreetingFailure)
        -> ClientStartup
    {
        guard message.version.major == 3 else {
            throw .refused(
                Report(
                    .fatal, .featureNotSupported,
                    "unsupported frontend protocol \(message.version): 3.0 and 3.2 are served"))
        }
        // In PostgreSQL the last of duplicate names counts.
        var values: [String: String] = [:]
        var order: [String] = []
        for parameter in message.parameters {
            let name = packet.span.text(parameter.name)
            if values.updateValue(packet.span.text(parameter.value), forKey: name) == nil {
                order.append(name)
            }
        }
        let version = min(message.version, .version32)
        let unknownOptions = order.filter { $0.hasPrefix("_pq_.") }
        if message.version > .version32 || !unknownOptions.isEmpty {
            var bytes: [UInt8] = []
            NegotiateProtocolVersion.write(
                newest: .version32, unrecognizedOptions: unknownOptions, into: &bytes)
            try await write(bytes)
        }
        guard let user = values["user"], !user.isEmpty else {
            throw .refused(
                Report(.fatal, .invalidAuthorization, "no user name was given in the startup message"))
        }
        // As in the server, a parameter of its own counts for more than one inside `options`.
        var parameters = try StartupParameters.check(options: values["options"] ?? "")
        for name in order where !["user", "database", "options"].contains(name) && !name.hasPrefix("_pq_.") {
            guard let value = values[name] else { continue }
            if let passed = try StartupParameters.check(name, value) {
                parameters.removeAll { $0.name.lowercased() == passed.name.lowercased() }
                parameters.append(passed)
            }
        }
        return ClientStartup(
            version: version, user: user,
            database: values["database"].flatMap { $0.isEmpty ? nil : $0 } ?? user,
            parameters: parameters)
    }
}
