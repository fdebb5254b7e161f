import Testing

@testable import PostgresWire

@Suite struct BackendMessageTests {
    @Test func writesGoldenBytes() {
        var bytes: [UInt8] = []
        AuthenticationRequest.writeOk(into: &bytes)
        ReadyForQuery.write(.idle, into: &bytes)
        #expect(bytes == [0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])
        bytes = []
        Report(.error, .insufficientPrivilege, "no", detail: "{}", hint: "ask", position: 3).writeError(
            into: &bytes)
        let text = "SERROR\0VERROR\0C42501\0Mno\0D{}\0Hask\0P3\0\0"
        #expect(bytes == [0x45, 0, 0, 0, UInt8(text.utf8.count + 4)] + Array(text.utf8))
        bytes = []
        DataRow.write([[0x31], nil], into: &bytes)
        #expect(bytes == [0x44, 0, 0, 0, 15, 0, 2, 0, 0, 0, 1, 0x31, 0xff, 0xff, 0xff, 0xff])
    }

    @Test func readsRowDescription() throws {
        let body = Sample.body {
            RowDescription.write(
                [
                    .init(name: "email", type: 25, table: 16_400, attribute: 3),
                    .init(name: "n", type: 20, typeSize: 8, typeModifier: -1, format: .binary),
                ], into: &$0)
        }
        let fields = try RowDescription(decoding: body.span).fields
        #expect(fields.map { body.span.text($0.name) } == ["email", "n"])
        #expect(fields.map(\.table) == [16_400, 0] && fields.map(\.attribute) == [3, 0])
        #expect(fields.map(\.type) == [25, 20] && fields.map(\.format) == [.text, .binary])
        #expect(fields.map(\.typeSize) == [-1, 8])
    }

    @Test(
        arguments: [
            ("SELECT 5", 5), ("INSERT 0 12", 12), ("COPY 0", 0), ("BEGIN", nil), ("CREATE TABLE", nil),
            ("7", nil), ("", nil),
            ("UPDATE 18446744073709551615", .max), ("UPDATE 18446744073709551616", nil), ("SELECT ", nil),
        ] as [(String, UInt64?)])
    func readsRowsFromTheTag(tag: String, rows: UInt64?) throws {
        let body = Sample.body { CommandComplete.write(tag: tag, into: &$0) }
        #expect(try CommandComplete(decoding: body.span).rows == rows)
    }

    @Test func readsKeysOfBothProtocolVersions() throws {
        for length in [4, 32, 256] {
            let key = BackendKey(processID: 77, secret: Array(repeating: 9, count: length))
            let body = Sample.body { key.write(into: &$0) }
            #expect(try BackendKey(decoding: body.span) == key)
        }
        for length in [0, 3, 257] {
            let body = Sample.body {
                BackendKey(processID: 1, secret: Array(repeating: 9, count: length)).write(into: &$0)
            }
            #expect(throws: WireViolation.invalidCount(length)) { try BackendKey(decoding: body.span) }
        }
    }

    @Test func readsReports() throws {
        let report = Report(.fatal, .invalidPassword, "wrong", detail: "d", hint: "h", position: 9)
        let body = Sample.body { report.writeError(into: &$0) }
        #expect(try Report(decoding: body.span) == report)
        let strange = Array("SPANIK\0Cxx\0Mm\0\0".utf8)
        let read = try Report(decoding: strange.span)
        #expect(read.severity == .error && read.sqlState == .internalError && read.message == "m")
    }

    @Test func readsEveryAuthenticationRequest() throws {
        func decode(_ code: UInt32, _ rest: [UInt8] = []) throws -> AuthenticationRequest {
            var body: [UInt8] = []
            body.appendUInt32(code)
            body += rest
            return try AuthenticationRequest(decoding: body.span)
        }
        #expect(try decode(0) == .ok)
        #expect(try decode(2) == .kerberosV5)
        #expect(try decode(3) == .cleartextPassword)
        #expect(try decode(5, [1, 2, 3, 4]) == .md5Password(salt: 4..<8))
        #expect(try decode(7) == .gss)
        #expect(try decode(8, [1]) == .gssContinue(4..<5))
        #expect(try decode(9) == .sspi)
        #expect(try decode(10, Array("A\0\0".utf8)) == .sasl(mechanisms: [4..<5]))
        #expect(try decode(11, [1]) == .saslContinue(4..<5))
        #expect(try decode(12, [1]) == .saslFinal(4..<5))
    }

    @Test func knowsSQLStatesByTheirShape() {
        #expect(SQLState("42P01")?.code == "42P01")
        for code in ["", "4250", "425011", "4250a", "42 01", "4250é"] { #expect(SQLState(code) == nil) }
    }
}
