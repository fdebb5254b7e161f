import Testing

@testable import PostgresWire

@Suite struct FrontendMessageTests {
    @Test func writesGoldenBytes() {
        var bytes: [UInt8] = []
        QueryMessage.write("SELECT 1", into: &bytes)
        #expect(bytes == [0x51, 0, 0, 0, 13] + Array("SELECT 1".utf8) + [0])
        bytes = []
        ParseMessage.write(name: "s", text: "SELECT $1", parameterTypes: [23], into: &bytes)
        #expect(
            bytes == [0x50, 0, 0, 0, 22, 0x73, 0] + Array("SELECT $1".utf8) + [0, 0, 1, 0, 0, 0, 23])
        bytes = []
        BindMessage.write(
            statement: "s", parameterFormats: [.binary], parameters: [[0, 0, 0, 7]], into: &bytes)
        #expect(
            bytes == [0x42, 0, 0, 0, 23, 0, 0x73, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 4, 0, 0, 0, 7, 0, 0])
        bytes = []
        TargetMessage.writeDescribe(.statement, "s", into: &bytes)
        ExecuteMessage.write(maximumRows: 1, into: &bytes)
        EmptyFrontendMessage.writeSync(into: &bytes)
        #expect(
            bytes == [0x44, 0, 0, 0, 7, 0x53, 0x73, 0, 0x45, 0, 0, 0, 9, 0, 0, 0, 0, 1, 0x53, 0, 0, 0, 4])
    }

    @Test func readsBindInPlace() throws {
        let body = Sample.body {
            BindMessage.write(
                portal: "p1", statement: "s1", parameterFormats: [.text, .binary, .text],
                parameters: [Array("abc".utf8), nil, []], resultFormats: [.binary], into: &$0)
        }
        let bind = try BindMessage(decoding: body.span)
        #expect(body.span.text(bind.portal) == "p1")
        #expect(body.span.text(bind.statement) == "s1")
        #expect(bind.parameters.count == 3)
        #expect(
            (0..<4).map { bind.parameterFormats.format(of: $0, in: body.span) } == [
                .text, .binary, .text, nil,
            ])
        #expect((0..<9).allSatisfy { bind.resultFormats.format(of: $0, in: body.span) == .binary })
        let values = bind.parameters.array(in: body.span)
        #expect(values.count == 3 && values[1] == .null)
        guard case .bytes(let first) = values[0], case .bytes(let last) = values[2] else {
            Issue.record("values are missing")
            return
        }
        #expect(body.span.text(first) == "abc" && last.isEmpty)
    }

    @Test func takesNoFormatsForText() throws {
        let body = Sample.body { BindMessage.write(parameters: [[0x31]], into: &$0) }
        let bind = try BindMessage(decoding: body.span)
        #expect(bind.parameterFormats.format(of: 0, in: body.span) == .text)
        #expect(bind.resultFormats.format(of: 1_000, in: body.span) == .text)
    }

    @Test func readsParse() throws {
        let body = Sample.body {
            ParseMessage.write(name: "s", text: "SELECT $1, $2", parameterTypes: [23, 3_802], into: &$0)
        }
        let parse = try ParseMessage(decoding: body.span)
        #expect(body.span.text(parse.text) == "SELECT $1, $2")
        #expect(parse.parameterTypes.array(in: body.span) == [23, 3_802])
        #expect(parse.parameterTypes.oid(at: 2, in: body.span) == nil)
        #expect(parse.parameterTypes.oid(at: -1, in: body.span) == nil)
    }

    @Test func keepsASASLResponseWithoutDataApartFromAnEmptyOne() throws {
        let absent = Sample.body { SASLInitialResponse.write(mechanism: "M", data: nil, into: &$0) }
        #expect(try SASLInitialResponse(decoding: absent.span).data == nil)
        let empty = Sample.body { SASLInitialResponse.write(mechanism: "M", data: [], into: &$0) }
        #expect(try SASLInitialResponse(decoding: empty.span).data?.isEmpty == true)
    }

    @Test func writesNoStringThatEndsEarly() {
        var bytes: [UInt8] = []
        QueryMessage.write("a\0b", into: &bytes)
        #expect(bytes == [0x51, 0, 0, 0, 8] + Array("a?b".utf8) + [0])
    }
}

@Suite struct WireNameTests {
    private func name(_ text: String) -> WireName {
        let bytes = Array(text.utf8)
        return WireName(0..<bytes.count, in: bytes.span)
    }

    @Test func tellsNamesApartAsTheServerDoes() {
        let long = String(repeating: "x", count: 63)
        #expect(name(long + "a") == name(long + "b"))
        #expect(name(long + "a").hashValue == name(long).hashValue)
        #expect(name(String(long.dropLast())) != name(long))
        #expect(name("a") != name("b") && name("a") != name("a1") && name("") == .unnamed)
        #expect(name("").isUnnamed && !name("a").isUnnamed)
    }

    @Test(arguments: [1, 8, 9, 24, 25, 40, 63])
    func comparesEveryByte(length: Int) {
        let base = Array(repeating: UInt8(ascii: "q"), count: length)
        let whole = WireName(0..<length, in: base.span)
        #expect(whole.bytes == base && whole == WireName(String(decoding: base, as: UTF8.self)))
        for index in 0..<length {
            var other = base
            other[index] = UInt8(ascii: "r")
            #expect(WireName(0..<length, in: other.span) != whole)
        }
    }
}
