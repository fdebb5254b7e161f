import APIModels
import Crypto
import JWTKit
import Testing

@testable import DataPlaneAgent

@Suite struct TokenVerifierTests {
    private let fixtures = LinkFixtures()
    private let clock = SetClock()

    private func verifier(_ principal: AgentPrincipal? = nil) throws -> TokenVerifier {
        let store = ConfigurationStore(now: clock.read)
        store.publish(
            try fixtures.snapshot(fixtures.configuration(principals: [principal ?? fixtures.principal()])))
        return TokenVerifier(store: store, now: clock.read)
    }

    private func refusal(_ token: String, _ verifier: TokenVerifier) async -> TokenRefusal? {
        do throws(TokenRefusal) {
            _ = try await verifier.verify(Secret(Array(token.utf8)))
            return nil
        } catch { return error }
    }

    // MARK: API keys

    @Test func knowsAnAPIKey() async throws {
        let token = try await verifier().verify(Secret(Array(fixtures.apiKey.text.reveal().utf8)))
        #expect(token.principal == fixtures.principal().principal)
        #expect(token.credentialID == fixtures.apiKey.id.description)
        #expect(token.resource == nil)
    }

    @Test func refusesAKeyWithAnotherSecretOrAnotherId() async throws {
        let verifier = try verifier()
        let secret = [UInt8](repeating: 8, count: 32)
        let wrong = try #require(APIKeyText(id: fixtures.apiKey.id, secret: secret))
        let unknown = try #require(APIKeyText(id: KeyID(rawValue: 99), secret: secret))
        #expect(await refusal(wrong.text.reveal(), verifier) == .wrongSecret)
        #expect(await refusal(unknown.text.reveal(), verifier) == .unknownKey)
    }

    @Test func refusesAKeyThatIsOver() async throws {
        let verifier = try verifier(fixtures.principal(keyExpiry: clock.time.advanced(by: .seconds(10))))
        #expect(await refusal(fixtures.apiKey.text.reveal(), verifier) == nil)
        clock.advance(by: .seconds(10))
        #expect(await refusal(fixtures.apiKey.text.reveal(), verifier) == .expired)
    }

    @Test func refusesADisabledPrincipal() async throws {
        let verifier = try verifier(fixtures.principal(disabled: true))
        #expect(await refusal(fixtures.apiKey.text.reveal(), verifier) == .disabled)
        #expect(await refusal(try await accessToken(), verifier) == .disabled)
    }

    @Test(arguments: ["", "hunter2", "sp_", "a.b", "a.b.c.d", "spj_x", String(repeating: "a", count: 20_000)])
    func refusesWhatIsNoToken(text: String) async throws {
        #expect(await refusal(text, try verifier()) == .unrecognized)
    }

    @Test func refusesEverythingWithoutAConfiguration() async {
        let verifier = TokenVerifier(store: ConfigurationStore(now: clock.read), now: clock.read)
        #expect(await refusal(fixtures.apiKey.text.reveal(), verifier) == .noConfiguration)
    }

    // MARK: Access tokens

    private func accessToken(
        issuer: String = LinkFixtures.issuer, audience: [String] = ["sallyport"], subject: String? = nil,
        resource: String? = "shop-prod", issued: Int64 = 0, lifetime: Int64 = 900,
        key: Curve25519.Signing.PrivateKey? = nil
    ) async throws -> String {
        let now = clock.time.seconds
        let claims = AccessTokenClaims(
            iss: issuer, sub: subject ?? fixtures.principalID.description, aud: audience, name: "cursor",
            kind: .aiAgent, groups: ["ai-agents"], roles: [], resource: resource, iat: now + issued,
            exp: now + lifetime,
            jti: "tok_1")
        let keys = JWTKeyCollection()
        await keys.add(eddsa: EdDSA.PrivateKey(backing: key ?? fixtures.tokenKey), kid: "kid_1")
        return try await keys.sign(claims, kid: "kid_1")
    }

    @Test func knowsAnAccessToken() async throws {
        let token = try await verifier().verify(Secret(Array(try await accessToken().utf8)))
        #expect(token.principal == fixtures.principal().principal)
        #expect(token.resource == "shop-prod")
        #expect(token.expiresAt == Timestamp(seconds: clock.time.seconds + 900))
        #expect(token.credentialID == "tok_1")
    }

    @Test func refusesTokensThatAreNotForNowOrHere() async throws {
        let verifier = try verifier()
        #expect(await refusal(try await accessToken(issuer: "https://other"), verifier) == .wrongIssuer)
        #expect(await refusal(try await accessToken(audience: ["other"]), verifier) == .wrongAudience)
        #expect(await refusal(try await accessToken(lifetime: 0), verifier) == .expired)
        #expect(await refusal(try await accessToken(issued: 61), verifier) == .notYetValid)
        #expect(await refusal(try await accessToken(subject: "cursor"), verifier) == .malformedClaims)
        #expect(await refusal(try await accessToken(resource: "Not A Name"), verifier) == .malformedClaims)
    }

    @Test func refusesTokensThatTheControlPlaneDidNotSign() async throws {
        let verifier = try verifier()
        let foreign = try await accessToken(key: Curve25519.Signing.PrivateKey())
        #expect(await refusal(foreign, verifier) == .badSignature)
        let parts = try await accessToken().split(separator: ".")
        let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
        #expect(await refusal("\(none).\(parts[1]).", verifier) == .badSignature)
        let payload = try #require(Base64URL.decode(parts[1]))
        let forged = String(decoding: payload, as: UTF8.self).replacing("ai-agents", with: "admins")
        #expect(
            await refusal("\(parts[0]).\(Base64URL.encode(Array(forged.utf8))).\(parts[2])", verifier)
                == .badSignature)
    }

    @Test func refusesAPublicKeyUsedAsASharedSecret() async throws {
        let keys = JWTKeyCollection()
        await keys.add(
            hmac: HMACKey(from: fixtures.tokenKey.publicKey.rawRepresentation), digestAlgorithm: .sha256,
            kid: "kid_1")
        let claims = AccessTokenClaims(
            iss: LinkFixtures.issuer, sub: fixtures.principalID.description, aud: ["sallyport"],
            name: "cursor",
            kind: .aiAgent, groups: [], roles: [], resource: nil, iat: clock.time.seconds,
            exp: clock.time.seconds + 60, jti: "tok_1")
        let token = try await keys.sign(claims, kid: "kid_1")
        #expect(await refusal(token, try verifier()) == .badSignature)
    }
}
