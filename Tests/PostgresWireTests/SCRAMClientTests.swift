import Testing

@testable import PostgresWire

@Suite struct SCRAMClientTests {
    /// The example of RFC 7677, section 3.
    private let serverFirst = Array(
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096".utf8)
    private let client = SCRAMClient(
        binding: .unused, nonce: Base64.decode(Array("rOprNGfwEbeRWgbNEkqO".utf8)[...]) ?? [], user: "user")

    @Test func followsTheExampleOfTheRFC() throws {
        #expect(String(decoding: client.initialMessage, as: UTF8.self) == "n,,n=user,r=rOprNGfwEbeRWgbNEkqO")
        let challenge = try client.challenge(serverFirst, maximumIterations: 4_096)
        let answer = client.answer(
            challenge, keys: challenge.keyDerivation(UpstreamPassword("pencil")).derive())
        #expect(
            String(decoding: answer.finalMessage, as: UTF8.self)
                == "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        )
        try SCRAMClient.verify(Array("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8), answer)
        #expect(throws: SCRAMFailure.wrongServerSignature) {
            try SCRAMClient.verify(Array("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8), answer)
        }
        #expect(throws: SCRAMFailure.wrongServerSignature) {
            try SCRAMClient.verify(Array("v=AAAA".utf8), answer)
        }
        #expect(throws: SCRAMFailure.malformedServerMessage) { try SCRAMClient.verify([], answer) }
        let signature = try #require(
            Base64.decode(Array("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".utf8)[...]))
        for index in signature.indices {
            for bit in 0..<8 {
                var forged = signature
                forged[index] ^= 1 << UInt8(bit)
                let message = Array("v=".utf8) + Base64.encode(forged)
                #expect(throws: SCRAMFailure.wrongServerSignature) { try SCRAMClient.verify(message, answer) }
            }
        }
        #expect(throws: SCRAMFailure.serverError("other-error")) {
            try SCRAMClient.verify(Array("e=other-error".utf8), answer)
        }
    }

    @Test(arguments: [
        ("r=other,s=W22Z,i=4096", SCRAMFailure.nonceMismatch),
        ("r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096", .nonceMismatch),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=0", .iterationsOutOfRange(0)),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=10001", .iterationsOutOfRange(10_001)),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=99999999999999999999", .malformedServerMessage),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=W2,i=4096", .malformedServerMessage),
        ("r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", .malformedServerMessage),
        ("r=rOprNGfwEbeRWgbNEkqOx,i=4096,s=W22Z", .malformedServerMessage),
        ("r=rOprNGfwEbeRWgbNEkqO x,s=W22Z,i=4096", .malformedServerMessage),
        ("m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4096", .unsupportedExtension),
        ("", .malformedServerMessage), (",,,", .malformedServerMessage), ("r", .malformedServerMessage),
    ])
    func refusesChallenges(message: String, failure: SCRAMFailure) {
        #expect(throws: failure) { try client.challenge(Array(message.utf8), maximumIterations: 10_000) }
    }

    @Test func preparesPasswordsAsTheServerDoes() {
        func prepare(_ text: String) -> String { String(decoding: SASLprep.prepare(text), as: UTF8.self) }
        // The examples of RFC 4013, section 3; what is not allowed is used as it is.
        #expect(prepare("I\u{ad}X") == "IX")
        #expect(prepare("user") == "user")
        #expect(prepare("\u{aa}") == "a")
        #expect(prepare("\u{2168}") == "IX")
        #expect(prepare("\u{7}") == "\u{7}")
        #expect(prepare("\u{627}1") == "\u{627}1")
        #expect(prepare("a\u{3000}b") == "a b")
        #expect(prepare("e\u{301}") == "\u{e9}")
        #expect(prepare("x\u{221}").unicodeScalars.elementsEqual("x\u{221}".unicodeScalars))
        #expect(prepare("\u{627}a\u{627}").unicodeScalars.count == 3)
    }

    @Test func hashesMD5AsTheServerDoes() {
        // SELECT 'md5' || md5(md5('pass' || 'ada') || '\x01020304')
        let answer = MD5Password.response(
            user: "ada", password: UpstreamPassword("pass"), salt: [1, 2, 3, 4])
        #expect(String(decoding: answer, as: UTF8.self) == "md541e7783aad1ed279745ebd11ab6874d7")
    }

    @Test func decodesOnlyCanonicalBase64() {
        for length in 0...20 {
            let bytes = (0..<length).map { UInt8($0 * 13 & 255) }
            #expect(Base64.decode(Base64.encode(bytes)[...]) == bytes)
        }
        for text in ["A", "AB", "ABC", "AB=C", "A===", "AB==CDEF", "AB!=", "AB==\n", "AC==x", "AB=="] {
            let decoded = Base64.decode(Array(text.utf8)[...])
            #expect(decoded == nil, "\(text)")
        }
    }

    @Test func printsNoSecret() {
        let password = UpstreamPassword("hunter2")
        #expect("\(password)" == "[redacted]" && String(reflecting: password) == "[redacted]")
        var dumped = ""
        dump([password], to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
