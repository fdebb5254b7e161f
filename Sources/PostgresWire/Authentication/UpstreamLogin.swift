/// The login of a client, ourselves, at a PostgreSQL server: from the first byte to ReadyForQuery. Events in, actions
/// out; the caller owns the socket (manual, 55.2.1 "Start-up").
///
/// `begin` first, then `received` for whatever is read, until `ready` or `failed`. `tlsEstablished` answers
/// `startTLS`, `keysDerived` answers `deriveKeys`.
package struct UpstreamLogin: Sendable {
    /// What to do next, behind the bytes to send.
    package enum Next: Sendable {
        case read
        case startTLS
        case deriveKeys(SCRAMKeyDerivation)
        case ready(UpstreamSession)
        case failed(UpstreamLoginFailure)
    }

    package struct Step: Sendable {
        /// To be written, in full, before `next` is done. May be empty.
        package var send: [UInt8] = []
        package var next: Next
    }

    private enum State: Sendable {
        case initial
        case tlsRequested
        case tlsHandshake
        case startupSent
        case passwordSent
        case scramStarted(SCRAMClient)
        case scramDeriving(SCRAMClient, SCRAMClient.Challenge)
        case scramAnswered(SCRAMClient.Answer)
        case scramVerified
        case authenticated
        case finished
    }

    /// Bytes before ReadyForQuery: a few hundred are usual; parameter values and notices may be long, not endless.
    private static let maximumBytes = 1 << 20

    private let settings: UpstreamLoginSettings
    private let nonce: [UInt8]
    private var state = State.initial
    private var isTLS = false
    /// Whether SCRAM was tied to the TLS connection.
    private var isBound = false
    private var endPoint: [UInt8]?
    private var pending: [UInt8] = []
    private var bytesReceived = 0
    private var session: UpstreamSession

    /// - Parameter nonce: at least 18 random bytes, used once.
    package init(_ settings: UpstreamLoginSettings, nonce: [UInt8]) {
        self.settings = settings
        self.nonce = nonce
        session = UpstreamSession(version: settings.version)
    }

    /// The connection is there.
    package mutating func begin() -> Step {
        guard settings.tls != .disabled else { return Step(send: startup(), next: .read) }
        state = .tlsRequested
        var bytes: [UInt8] = []
        StartupRequest.writeSSLRequest(into: &bytes)
        return Step(send: bytes, next: .read)
    }

    /// The TLS handshake is done. `serverEndPoint` is the certificate's hash of RFC 5929, when it could be had.
    package mutating func tlsEstablished(serverEndPoint: [UInt8]?) -> Step {
        isTLS = true
        endPoint = serverEndPoint
        return Step(send: startup(), next: .read)
    }

    private mutating func startup() -> [UInt8] {
        state = .startupSent
        var bytes: [UInt8] = []
        let parameters = [(name: "user", value: settings.user), (name: "database", value: settings.database)]
        StartupMessage.write(
            version: settings.version, parameters: parameters + settings.parameters, into: &bytes)
        return bytes
    }

    /// Bytes were read; none at all means that the server closed the connection.
    package mutating func received(_ bytes: [UInt8]) -> Step {
        guard !bytes.isEmpty else { return fail(.closed) }
        bytesReceived += bytes.count
        guard bytesReceived <= Self.maximumBytes else { return fail(.tooManyBytes) }
        if case .tlsRequested = state { return tlsAnswered(bytes) }
        pending += bytes
        return advance()
    }

    package mutating func keysDerived(_ keys: SCRAMKeys) -> Step {
        guard case .scramDeriving(let client, let challenge) = state else {
            return fail(.unexpectedMessage(.authentication))
        }
        let answer = client.answer(challenge, keys: keys)
        state = .scramAnswered(answer)
        var bytes: [UInt8] = []
        SASLResponse.write(answer.finalMessage, into: &bytes)
        var step = advance()
        step.send = bytes + step.send
        return step
    }

    private mutating func tlsAnswered(_ bytes: [UInt8]) -> Step {
        switch bytes[0] {
        case UInt8(ascii: "S"):
            guard bytes.count == 1 else { return fail(.bytesBehindTLSAnswer) }
            state = .tlsHandshake
            return Step(next: .startTLS)
        case UInt8(ascii: "N"):
            guard bytes.count == 1 else { return fail(.bytesBehindTLSAnswer) }
            guard settings.tls == .preferred else { return fail(.tlsRefused) }
            return Step(send: startup(), next: .read)
        default:
            return fail(.tlsAnswerInvalid(bytes[0]))
        }
    }

    private mutating func fail(_ failure: UpstreamLoginFailure) -> Step {
        state = .finished
        pending = []
        return Step(next: .failed(failure))
    }

    /// Handles the whole messages at hand, up to one that needs more than bytes.
    private mutating func advance() -> Step {
        var send: [UInt8] = []
        var scanner = FrameScanner<BackendType>(limits: settings.limits)
        defer { pending.removeFirst(min(scanner.cursor, pending.count)) }
        while true {
            switch scanner.next(in: pending.span) {
            case .violation(let violation):
                return fail(.violation(violation))
            case .needMore, .partial:
                return Step(send: send, next: .read)
            case .frame(let frame):
                do throws(UpstreamLoginFailure) {
                    let body = Array(pending[frame.body])
                    guard var step = try handle(frame.type, body) else { continue }
                    step.send = send + step.send
                    if case .read = step.next {
                        send = step.send
                        continue
                    }
                    if case .ready(var session) = step.next {
                        session.unread = Array(pending[frame.end...])
                        step.next = .ready(session)
                    }
                    return step
                } catch {
                    return fail(error)
                }
            }
        }
    }

    private mutating func handle(_ type: BackendType, _ body: [UInt8]) throws(UpstreamLoginFailure) -> Step? {
        do throws(WireViolation) {
            switch (type, state) {
            case (.errorResponse, _):
                return fail(.refused(try Report(decoding: body.span)))
            case (.noticeResponse, _):
                _ = try ReportFields(decoding: body.span)
                return nil
            case (.authentication, .authenticated): break
            case (.authentication, _):
                let request = try AuthenticationRequest(decoding: body.span)
                return authenticate(request, body)
            case (.negotiateProtocolVersion, .startupSent):
                let answer = try NegotiateProtocolVersion(decoding: body.span)
                guard answer.newest.major == 3, answer.newest < settings.version else {
                    return fail(.unsupportedProtocol(answer.newest))
                }
                session.version = answer.newest
                return nil
            case (.parameterStatus, .authenticated):
                let status = try ParameterStatus(decoding: body.span)
                session.set(body.span.text(status.name), body.span.text(status.value))
                return nil
            case (.backendKeyData, .authenticated):
                session.key = try BackendKey(decoding: body.span, limits: settings.limits)
                return nil
            case (.readyForQuery, .authenticated):
                session.status = try ReadyForQuery.decode(body.span)
                state = .finished
                return Step(next: .ready(session))
            default:
                break
            }
        } catch {
            throw .violation(error)
        }
        throw .unexpectedMessage(type)
    }

    private mutating func authenticate(_ request: AuthenticationRequest, _ body: [UInt8]) -> Step {
        switch (request, state) {
        case (.ok, .scramVerified), (.ok, .passwordSent), (.ok, .startupSent):
            if settings.channelBinding == .required, !isBound { return fail(.channelBindingMissing) }
            state = .authenticated
            return Step(next: .read)
        case (.cleartextPassword, .startupSent):
            return sendPassword(method: "cleartext") { password in password.bytes }
        case (.md5Password(let salt), .startupSent):
            let user = settings.user
            return sendPassword(method: "md5") { password in
                MD5Password.response(user: user, password: password, salt: Array(body[salt]))
            }
        case (.sasl(let mechanisms), .startupSent):
            return startSCRAM(offered: mechanisms.map { body.span.text($0) })
        case (.saslContinue(let data), .scramStarted(let client)):
            return challenged(client, Array(body[data]))
        case (.saslFinal(let data), .scramAnswered(let answer)):
            do throws(SCRAMFailure) {
                try SCRAMClient.verify(Array(body[data]), answer)
            } catch {
                return fail(.scram(error))
            }
            state = .scramVerified
            return Step(next: .read)
        case (.kerberosV5, .startupSent): return fail(.unsupportedAuthentication("Kerberos V5"))
        case (.gss, .startupSent), (.gssContinue, .startupSent):
            return fail(.unsupportedAuthentication("GSSAPI"))
        case (.sspi, .startupSent): return fail(.unsupportedAuthentication("SSPI"))
        case (.ok, _), (.cleartextPassword, _), (.md5Password, _), (.sasl, _), (.saslContinue, _),
            (.saslFinal, _),
            (.kerberosV5, _), (.gss, _), (.gssContinue, _), (.sspi, _):
            // Above all an Ok in the middle of SCRAM: a server that did not prove itself.
            return fail(.unexpectedMessage(.authentication))
        }
    }

    private mutating func sendPassword(method: String, _ response: (UpstreamPassword) -> [UInt8]) -> Step {
        guard settings.channelBinding != .required else { return fail(.channelBindingMissing) }
        guard let password = settings.password else { return fail(.passwordMissing) }
        if method == "cleartext", !isTLS, !settings.allowsCleartextWithoutTLS {
            return fail(.cleartextRefused)
        }
        var bytes: [UInt8] = []
        PasswordMessage.write(response(password), into: &bytes)
        session.authentication = method
        state = .passwordSent
        return Step(send: bytes, next: .read)
    }

    private mutating func startSCRAM(offered: [String]) -> Step {
        guard settings.password != nil else { return fail(.passwordMissing) }
        let offersPlus = offered.contains("SCRAM-SHA-256-PLUS")
        let binding: SCRAMChannelBinding
        if let endPoint, settings.channelBinding != .disabled {
            binding = offersPlus ? .serverEndPoint(endPoint) : .notOffered
        } else {
            binding = .unused
        }
        guard offered.contains(binding.mechanism) else {
            return fail(.unsupportedAuthentication("SASL " + offered.joined(separator: ", ")))
        }
        if settings.channelBinding == .required, binding.data.isEmpty { return fail(.channelBindingMissing) }
        isBound = !binding.data.isEmpty
        let client = SCRAMClient(binding: binding, nonce: nonce)
        var bytes: [UInt8] = []
        SASLInitialResponse.write(mechanism: client.mechanism, data: client.initialMessage, into: &bytes)
        session.authentication = client.mechanism
        state = .scramStarted(client)
        return Step(send: bytes, next: .read)
    }

    private mutating func challenged(_ client: SCRAMClient, _ message: [UInt8]) -> Step {
        guard let password = settings.password else { return fail(.passwordMissing) }
        do throws(SCRAMFailure) {
            let challenge = try client.challenge(message, maximumIterations: settings.limits.scramIterations)
            state = .scramDeriving(client, challenge)
            return Step(next: .deriveKeys(challenge.keyDerivation(password)))
        } catch {
            return fail(.scram(error))
        }
    }
}
