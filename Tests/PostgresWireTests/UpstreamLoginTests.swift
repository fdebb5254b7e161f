import Crypto
import Testing

@testable import PostgresWire

@Suite struct UpstreamLoginTests {
    private func settings(
        password: String? = "pencil", tls: Preference = .disabled, channelBinding: Preference = .preferred,
        allowsCleartext: Bool = false, version: ProtocolVersion = .version30
    ) throws -> UpstreamLoginSettings {
        try UpstreamLoginSettings(
            user: "app", database: "shop", password: password.map(UpstreamPassword.init),
            parameters: [("client_encoding", "UTF8")], tls: tls, channelBinding: channelBinding,
            allowsCleartextWithoutTLS: allowsCleartext, version: version)
    }

    private func login(_ settings: UpstreamLoginSettings) -> UpstreamLogin {
        UpstreamLogin(settings, nonce: Array(1...18))
    }

    private func bytes(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        write(&bytes)
        return bytes
    }

    private func failure(_ step: UpstreamLogin.Step) -> UpstreamLoginFailure? {
        guard case .failed(let failure) = step.next else { return nil }
        return failure
    }

    private var afterOk: [UInt8] {
        bytes {
            ParameterStatus.write(name: "server_version", value: "15.4", into: &$0)
            ParameterStatus.write(name: "TimeZone", value: "UTC", into: &$0)
            ParameterStatus.write(name: "TimeZone", value: "Europe/Paris", into: &$0)
            BackendKey(processID: 7, secret: [1, 2, 3, 4]).write(into: &$0)
            ReadyForQuery.write(.idle, into: &$0)
        }
    }

    @Test func introducesItself() throws {
        var login = login(try settings())
        let step = login.begin()
        let expected = "user\0app\0database\0shop\0client_encoding\0UTF8\0\0"
        #expect(step.send == [0, 0, 0, UInt8(expected.utf8.count + 8), 0, 3, 0, 0] + Array(expected.utf8))
    }

    @Test func collectsTheSessionByteByByte() throws {
        var login = login(try settings(password: nil))
        _ = login.begin()
        let all = bytes { AuthenticationRequest.writeOk(into: &$0) } + afterOk
        for byte in all.dropLast() {
            guard case .read = login.received([byte]).next else {
                Issue.record("done too early")
                return
            }
        }
        guard case .ready(let session) = login.received([all[all.count - 1]]).next else {
            Issue.record("not ready")
            return
        }
        #expect(session.parameter("TimeZone") == "Europe/Paris" && session.parameters.count == 2)
        #expect(session.key == BackendKey(processID: 7, secret: [1, 2, 3, 4]))
        #expect(session.status == .idle && session.unread.isEmpty && session.authentication == "none")
    }

    @Test func handsBackWhatFollowsReady() throws {
        var login = login(try settings(password: nil))
        _ = login.begin()
        let step = login.received(
            bytes { AuthenticationRequest.writeOk(into: &$0) } + afterOk + [0x4e, 0, 0])
        guard case .ready(let session) = step.next else {
            Issue.record("not ready")
            return
        }
        #expect(session.unread == [0x4e, 0, 0])
    }

    @Test(arguments: [Preference.disabled, .preferred]) func provesItselfBySCRAM(binding: Preference) throws {
        var login = login(try settings(tls: .required, channelBinding: binding))
        #expect(login.begin().send == [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f])
        guard case .startTLS = login.received([UInt8(ascii: "S")]).next else {
            Issue.record("no TLS")
            return
        }
        _ = login.tlsEstablished(serverEndPoint: [0xaa, 0xbb])
        let offer = bytes {
            AuthenticationRequest.writeSASL(mechanisms: ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"], into: &$0)
        }
        let server = ScriptedSCRAMServer(password: "pencil")
        let initial = login.received(offer).send
        let isPlus = binding == .preferred
        #expect(String(decoding: initial, as: UTF8.self).contains("SCRAM-SHA-256-PLUS") == isPlus)
        #expect(
            String(decoding: initial, as: UTF8.self).contains(isPlus ? "p=tls-server-end-point,," : "n,,"))
        let first = server.first(initial)
        let step = login.received(bytes { AuthenticationRequest.writeSASLContinue(first, into: &$0) })
        guard case .deriveKeys(let derivation) = step.next else {
            Issue.record("no keys asked for")
            return
        }
        #expect(derivation.identity.iterations == 4_096)
        let final = login.keysDerived(derivation.derive()).send
        let signature = try #require(server.final(initial: initial, first: first, answer: final))
        _ = login.received(bytes { AuthenticationRequest.writeSASLFinal(signature, into: &$0) })
        guard
            case .ready(let session) = login.received(
                bytes { AuthenticationRequest.writeOk(into: &$0) } + afterOk
            ).next
        else {
            Issue.record("not ready")
            return
        }
        #expect(session.authentication == (isPlus ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256"))
    }

    @Test func trustsNoServerThatSkipsItsProof() throws {
        var login = login(try settings())
        _ = login.begin()
        _ = login.received(
            bytes { AuthenticationRequest.writeSASL(mechanisms: ["SCRAM-SHA-256"], into: &$0) })
        let step = login.received(bytes { AuthenticationRequest.writeOk(into: &$0) })
        #expect(failure(step) == .unexpectedMessage(.authentication))
    }

    @Test func refusesADowngradeOfChannelBinding() throws {
        for request in [
            bytes { AuthenticationRequest.writeCleartextPassword(into: &$0) },
            bytes { AuthenticationRequest.writeOk(into: &$0) },
            bytes { AuthenticationRequest.writeSASL(mechanisms: ["SCRAM-SHA-256"], into: &$0) },
        ] {
            var login = login(try settings(tls: .required, channelBinding: .required))
            _ = login.begin()
            _ = login.received([UInt8(ascii: "S")])
            _ = login.tlsEstablished(serverEndPoint: [1])
            #expect(failure(login.received(request)) == .channelBindingMissing)
        }
    }

    @Test func sendsNoCleartextPasswordOutsideTLS() throws {
        let request = bytes { AuthenticationRequest.writeCleartextPassword(into: &$0) }
        var refused = login(try settings())
        _ = refused.begin()
        #expect(failure(refused.received(request)) == .cleartextRefused)
        var allowed = login(try settings(allowsCleartext: true))
        _ = allowed.begin()
        #expect(allowed.received(request).send == [0x70, 0, 0, 0, 11] + Array("pencil".utf8) + [0])
    }

    @Test func answersMD5() throws {
        var login = login(try settings())
        _ = login.begin()
        let step = login.received(
            bytes { AuthenticationRequest.writeMD5Password(salt: [1, 2, 3, 4], into: &$0) })
        #expect(step.send.count == 5 + 35 + 1 && step.send[5...].starts(with: Array("md5".utf8)))
    }

    @Test func insistsOnTLS() throws {
        var required = login(try settings(tls: .required))
        _ = required.begin()
        #expect(failure(required.received([UInt8(ascii: "N")])) == .tlsRefused)
        var surplus = login(try settings(tls: .required))
        _ = surplus.begin()
        #expect(failure(surplus.received([UInt8(ascii: "S"), 0x16])) == .bytesBehindTLSAnswer)
        var odd = login(try settings(tls: .required))
        _ = odd.begin()
        #expect(failure(odd.received(Array("E".utf8))) == .tlsAnswerInvalid(0x45))
        var preferred = login(try settings(tls: .preferred))
        _ = preferred.begin()
        #expect(!preferred.received([UInt8(ascii: "N")]).send.isEmpty)
    }

    @Test func reportsTheServersError() throws {
        var login = login(try settings())
        _ = login.begin()
        let report = Report(.fatal, .invalidPassword, "password authentication failed for user \"app\"")
        #expect(failure(login.received(bytes { report.writeError(into: &$0) })) == .refused(report))
    }

    @Test func failsWithAReasonForTheRest() throws {
        func first(_ message: [UInt8], password: String? = "x") throws -> UpstreamLoginFailure? {
            var login = login(try settings(password: password))
            _ = login.begin()
            return failure(login.received(message))
        }
        #expect(try first([]) == .closed)
        #expect(try first([0, 0, 0, 0, 4]) == .violation(.unknownType(0)))
        #expect(try first(afterOk) == .unexpectedMessage(.parameterStatus))
        let cleartext = bytes { AuthenticationRequest.writeCleartextPassword(into: &$0) }
        #expect(try first(cleartext, password: nil) == .passwordMissing)
        #expect(try first([0x52, 0, 0, 0, 8, 0, 0, 0, 7]) == .unsupportedAuthentication("GSSAPI"))
        let sasl = bytes { AuthenticationRequest.writeSASL(mechanisms: ["OAUTHBEARER"], into: &$0) }
        #expect(try first(sasl) == .unsupportedAuthentication("SASL OAUTHBEARER"))
        let old = bytes {
            NegotiateProtocolVersion.write(newest: .version30, unrecognizedOptions: [], into: &$0)
        }
        #expect(try first(old) == .unsupportedProtocol(.version30))
    }

    @Test func acceptsAnOlderMinorVersion() throws {
        var login = login(try settings(password: nil, version: .version32))
        _ = login.begin()
        let old = bytes {
            NegotiateProtocolVersion.write(newest: .version30, unrecognizedOptions: [], into: &$0)
        }
        let ok = bytes { AuthenticationRequest.writeOk(into: &$0) }
        guard case .ready(let session) = login.received(old + ok + afterOk).next else {
            Issue.record("not ready")
            return
        }
        #expect(session.version == .version30)
    }

    @Test func boundsWhatALoginMayCost() throws {
        var login = login(try settings(password: nil))
        _ = login.begin()
        _ = login.received(bytes { AuthenticationRequest.writeOk(into: &$0) })
        let status = bytes {
            ParameterStatus.write(name: "a", value: String(repeating: "x", count: 20_000), into: &$0)
        }
        var last: UpstreamLoginFailure?
        for _ in 0..<60 where last == nil { last = failure(login.received(status)) }
        #expect(last == .tooManyBytes)
    }

    @Test func refusesSettingsThatTheProtocolCannotCarry() {
        #expect(throws: UpstreamLoginFailure.invalidSetting("user")) {
            try UpstreamLoginSettings(user: "a\0b", database: "d", password: nil)
        }
        #expect(throws: UpstreamLoginFailure.invalidSetting("database")) {
            try UpstreamLoginSettings(user: "a", database: "", password: nil)
        }
        #expect(throws: UpstreamLoginFailure.invalidSetting("x")) {
            try UpstreamLoginSettings(user: "a", database: "d", password: nil, parameters: [("x", "\0")])
        }
    }

    @Test func survivesNoise() throws {
        var random = FixedRandom(seed: 7)
        let settings = try settings(password: nil)
        for _ in 0..<500 {
            var login = login(settings)
            _ = login.begin()
            for _ in 0..<8 {
                var noise = (0..<24).map { _ in UInt8.random(in: 0...255, using: &random) }
                if Bool.random(using: &random) { noise.replaceSubrange(0..<5, with: [0x52, 0, 0, 0, 23]) }
                _ = login.received(noise)
            }
        }
    }
}

/// The server's half of RFC 5802, as far as a test needs it.
private struct ScriptedSCRAMServer {
    let password: String
    private let salt: [UInt8] = Array(repeating: 5, count: 16)

    private func clientFirst(_ initial: [UInt8]) -> String {
        let text = String(decoding: initial.dropFirst(5), as: UTF8.self)
        return String(text[(text.firstRange(of: "n=,r=")?.lowerBound ?? text.startIndex)...])
    }

    func first(_ initial: [UInt8]) -> [UInt8] {
        let nonce = clientFirst(initial).dropFirst("n=,r=".count)
        return Array("r=\(nonce)server,s=\(String(decoding: Base64.encode(salt), as: UTF8.self)),i=4096".utf8)
    }

    /// Nil when the proof is wrong.
    func final(initial: [UInt8], first: [UInt8], answer: [UInt8]) -> [UInt8]? {
        let text = String(decoding: answer.dropFirst(5), as: UTF8.self)
        guard let proofRange = text.firstRange(of: ",p=") else { return nil }
        let message =
            clientFirst(initial) + "," + String(decoding: first, as: UTF8.self) + ","
            + text[..<proofRange.lowerBound]
        let keys = SCRAMKeyDerivation(
            identity: .init(salt: salt, iterations: 4_096), password: UpstreamPassword(password)
        ).derive()
        let stored = SymmetricKey(data: SHA256.hash(data: keys.clientKey))
        let signature = Array(HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: stored))
        let proof = zip(keys.clientKey, signature).map { $0 ^ $1 }
        guard Base64.encode(proof) == Array(text[proofRange.upperBound...].utf8) else { return nil }
        let serverKey = SymmetricKey(data: keys.serverKey)
        let code = Array(HMAC<SHA256>.authenticationCode(for: Array(message.utf8), using: serverKey))
        return Array("v=".utf8) + Base64.encode(code)
    }
}
