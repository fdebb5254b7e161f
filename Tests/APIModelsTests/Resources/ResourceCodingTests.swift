import Testing

@testable import APIModels

@Suite struct ResourceCodingTests {
    private func body(_ credential: String, extra: String = "") -> [UInt8] {
        Array(
            #"""
            {"name": "shop-prod", "protocol": "postgres", "labels": {"env": "prod"},
             "endpoint": {"host": "10.0.0.5", "port": 5432, "database": "shop", "tls": "verify-full"},
             "credential": \#(credential), "agent": "default"\#(extra)}
            """#.utf8)
    }

    private func errors(_ body: [UInt8]) -> [String] {
        do {
            _ = try JSON.decode(ResourceCreate.self, from: body)
            return []
        } catch {
            return error.errors.map { "\($0.pointer) \($0.code.rawValue)" }
        }
    }

    @Test func readsACredentialThatDoesNotShow() throws {
        let resource = try JSON.decode(
            ResourceCreate.self,
            from: body(#"{"mode": "static", "username": "app", "password": {"value": "hunter2"}}"#))
        #expect(!String(reflecting: resource).contains("hunter2"))
        guard case .value(let secret) = resource.credential.password else {
            Issue.record("expected a value")
            return
        }
        #expect(secret.reveal() == "hunter2")
    }

    @Test func theTLSDefaultIsFullVerification() throws {
        let endpoint = try JSON.decode(Endpoint.self, from: Array(#"{"host":"h","port":1}"#.utf8))
        #expect(endpoint.tls == .verifyFull)
    }

    @Test func refusesModesThatItDoesNotServe() {
        #expect(
            errors(body(#"{"mode": "rds_iam", "username": "app"}"#)) == ["/credential/mode not_supported"])
    }

    @Test(arguments: [
        #"{}"#, #"{"value": "x", "env": "Y"}"#, #"{"file": "relative"}"#, #"{"env": ""}"#,
    ])
    func aSecretHasExactlyOneSource(source: String) {
        let body = body(#"{"mode": "static", "username": "app", "password": \#(source)}"#)
        #expect(errors(body) == ["/credential/password invalid_value"])
    }

    @Test func refusesPortsThatAreNone() {
        for port in ["0", "65536", "-1", "5432.5", "\"5432\""] {
            let text = #"{"host":"h","port":\#(port)}"#
            #expect(throws: JSONDecodingFailure.self) {
                try JSON.decode(Endpoint.self, from: Array(text.utf8))
            }
        }
    }

    @Test func refusesAColumnThatIsTaggedTwice() {
        let text = #"{"items":[{"column":"a.b.c","tags":["x"]},{"column":"\"a\".b.c","tags":["y"]}]}"#
        let failure = #expect(throws: JSONDecodingFailure.self) {
            try JSON.decode(ColumnTagList.self, from: Array(text.utf8))
        }
        #expect(failure?.errors.map(\.pointer) == ["/items/1/column"])
    }
}
