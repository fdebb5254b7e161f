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
        var parameters: [(name: String, value: String)] = []
        for name in order where name != "user" && name != "database" && !name.hasPrefix("_pq_.") {
            guard let value = values[name] else { continue }
            if let passed = try StartupParameters.check(name, value) { parameters.append(passed) }
        }
        return ClientStartup(
            version: version, user: user,
            database: values["database"].flatMap { $0.isEmpty ? nil : $0 } ?? user,
            parameters: parameters)
    }
}

/// Which startup parameters reach the resource.
enum StartupParameters {
    /// Those that change how values look or how long things may take, and not what a statement may do. `search_path` is
    /// among them because the agent asks the server what it is before the first statement.
    private static let harmless: Set<String> = [
        "application_name", "bytea_output", "datestyle", "default_transaction_deferrable",
        "default_transaction_isolation",
        "default_transaction_read_only", "extra_float_digits", "geqo", "idle_in_transaction_session_timeout",
        "idle_session_timeout", "intervalstyle", "jit", "lock_timeout", "search_path", "statement_timeout",
        "timezone",
        "tcp_user_timeout", "xmloption",
    ]

    /// The parameter as it is passed on; nil when there is nothing to pass; a refusal for anything else.
    static func check(_ name: String, _ value: String) throws(GreetingFailure) -> (
        name: String, value: String
    )? {
        let key = name.lowercased()
        if harmless.contains(key) { return (name, value) }
        switch key {
        case "client_encoding":
            let encoding = value.lowercased().filter { $0.isLetter || $0.isNumber }
            // SQL_ASCII is what libpq says in a C locale; it means that the client does not care.
            guard ["utf8", "unicode", "sqlascii"].contains(encoding) else {
                throw .refused(
                    Report(
                        .fatal, .featureNotSupported,
                        "client_encoding \"\(value)\" is not served: the gateway speaks UTF8",
                        hint: "Set PGCLIENTENCODING=UTF8, or client_encoding=UTF8 in the connection string."))
            }
            return nil
        case "replication":
            guard ["false", "off", "no", "0"].contains(value.lowercased()) else {
                throw .refused(
                    Report(.fatal, .insufficientPrivilege, "replication connections are not served"))
            }
            return nil
        case "options":
            guard value.allSatisfy(\.isWhitespace) else {
                throw .refused(
                    Report(
                        .fatal, .insufficientPrivilege, "the startup parameter \"options\" is not accepted",
                        hint: "Leave PGOPTIONS empty, and set what you need with SET after connecting."))
            }
            return nil
        default:
            throw .refused(
                Report(
                    .fatal, .insufficientPrivilege, "the startup parameter \"\(name)\" is not accepted",
                    hint: "Set what you need with SET after connecting; policy decides on it there."))
        }
    }
}
