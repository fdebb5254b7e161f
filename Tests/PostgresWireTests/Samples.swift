import Testing

@testable import PostgresWire

/// A decoder, and a body that it takes.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let body: [UInt8]
    let decode: @Sendable ([UInt8]) throws(WireViolation) -> Void

    var testDescription: String { name }

    init(
        _ name: String, _ body: [UInt8], _ decode: @escaping @Sendable ([UInt8]) throws(WireViolation) -> Void
    ) {
        self.name = name
        self.body = body
        self.decode = decode
    }

    /// The body of the frame that `write` makes.
    static func body(_ write: (inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        write(&bytes)
        return Array(bytes.dropFirst(5))
    }
}

extension Sample {
    /// Decoders whose bodies have no optional end: every truncation and every added byte is an error.
    static let strict: [Sample] = frontend + backend

    static let frontend: [Sample] = [
        Sample("Query", body { QueryMessage.write("SELECT 1", into: &$0) }) { bytes throws(WireViolation) in
            _ = try QueryMessage(decoding: bytes.span)
        },
        Sample(
            "Parse",
            body { ParseMessage.write(name: "s1", text: "SELECT $1", parameterTypes: [23, 0], into: &$0) }
        ) {
            bytes throws(WireViolation) in _ = try ParseMessage(decoding: bytes.span)
        },
        Sample(
            "Bind",
            body {
                BindMessage.write(
                    portal: "p", statement: "s1", parameterFormats: [.text, .binary],
                    parameters: [[0x31], nil],
                    resultFormats: [.binary], into: &$0)
            }
        ) { bytes throws(WireViolation) in _ = try BindMessage(decoding: bytes.span) },
        Sample("Describe", body { TargetMessage.writeDescribe(.portal, "p", into: &$0) }) {
            bytes throws(WireViolation) in _ = try TargetMessage(decoding: bytes.span)
        },
        Sample("Execute", body { ExecuteMessage.write(portal: "p", maximumRows: 7, into: &$0) }) {
            bytes throws(WireViolation) in _ = try ExecuteMessage(decoding: bytes.span)
        },
        Sample("CopyFail", body { CopyFailMessage.write("no more", into: &$0) }) {
            bytes throws(WireViolation) in
            _ = try CopyFailMessage(decoding: bytes.span)
        },
        Sample("FunctionCall", [0, 0, 8, 0x9d, 0, 1, 0, 1, 0, 1, 0, 0, 0, 2, 7, 7, 0, 0]) {
            bytes throws(WireViolation) in _ = try FunctionCallMessage(decoding: bytes.span)
        },
        Sample("Password", body { PasswordMessage.write(Array("secret".utf8), into: &$0) }) {
            bytes throws(WireViolation) in _ = try PasswordMessage(decoding: bytes.span)
        },
        Sample(
            "SASLInitialResponse",
            body { SASLInitialResponse.write(mechanism: "M", data: [1, 2, 3], into: &$0) }
        ) {
            bytes throws(WireViolation) in _ = try SASLInitialResponse(decoding: bytes.span)
        },
    ]

    static let backend: [Sample] = [
        Sample(
            "AuthenticationMD5",
            body { AuthenticationRequest.writeMD5Password(salt: [1, 2, 3, 4], into: &$0) }
        ) {
            bytes throws(WireViolation) in _ = try AuthenticationRequest(decoding: bytes.span)
        },
        Sample(
            "AuthenticationSASL", body { AuthenticationRequest.writeSASL(mechanisms: ["A", "B"], into: &$0) }
        ) {
            bytes throws(WireViolation) in _ = try AuthenticationRequest(decoding: bytes.span)
        },
        Sample("ParameterStatus", body { ParameterStatus.write(name: "a", value: "b", into: &$0) }) {
            bytes throws(WireViolation) in _ = try ParameterStatus(decoding: bytes.span)
        },
        Sample("ReadyForQuery", body { ReadyForQuery.write(.inTransaction, into: &$0) }) {
            bytes throws(WireViolation) in _ = try ReadyForQuery.decode(bytes.span)
        },
        Sample(
            "RowDescription",
            body {
                RowDescription.write(
                    [.init(name: "a", type: 25, table: 16_384, attribute: 2), .init(name: "", type: 23)],
                    into: &$0)
            }
        ) { bytes throws(WireViolation) in _ = try RowDescription(decoding: bytes.span) },
        Sample("ParameterDescription", body { ParameterDescription.write([23, 25], into: &$0) }) {
            bytes throws(WireViolation) in _ = try ParameterDescription(decoding: bytes.span)
        },
        Sample("DataRow", body { DataRow.write([[1, 2], nil, []], into: &$0) }) {
            bytes throws(WireViolation) in
            _ = try DataRow(decoding: bytes.span)
        },
        Sample("CommandComplete", body { CommandComplete.write(tag: "SELECT 1", into: &$0) }) {
            bytes throws(WireViolation) in _ = try CommandComplete(decoding: bytes.span)
        },
        Sample("ErrorResponse", body { Report(.error, .syntaxError, "no", hint: "h").writeError(into: &$0) })
        {
            bytes throws(WireViolation) in _ = try Report(decoding: bytes.span)
        },
        Sample(
            "CopyOut",
            body { CopyResponse.write(.copyOutResponse, format: .text, columnFormats: [.text], into: &$0) }
        ) { bytes throws(WireViolation) in _ = try CopyResponse(decoding: bytes.span) },
        Sample(
            "NegotiateProtocolVersion",
            body {
                NegotiateProtocolVersion.write(newest: .version30, unrecognizedOptions: ["_pq_.x"], into: &$0)
            }
        ) { bytes throws(WireViolation) in _ = try NegotiateProtocolVersion(decoding: bytes.span) },
        Sample(
            "Notification",
            body { NotificationResponse.write(processID: 1, channel: "c", payload: "p", into: &$0) }
        ) {
            bytes throws(WireViolation) in _ = try NotificationResponse(decoding: bytes.span)
        },
    ]
}

/// xorshift64*: the same bytes on every run and machine.
struct FixedRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_f491_4f6c_dd1d
    }
}
