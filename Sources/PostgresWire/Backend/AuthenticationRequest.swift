/// Authentication* ('R'): what the server asks for, by the code at the beginning of the body.
package enum AuthenticationRequest: Sendable, Equatable {
    case ok
    case kerberosV5
    case cleartextPassword
    case md5Password(salt: Range<Int>)
    case gss
    case gssContinue(Range<Int>)
    case sspi
    case sasl(mechanisms: [Range<Int>])
    case saslContinue(Range<Int>)
    case saslFinal(Range<Int>)

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        let code = try reader.uint32(body)
        switch code {
        case 0: self = .ok
        case 2: self = .kerberosV5
        case 3: self = .cleartextPassword
        case 5: self = .md5Password(salt: try reader.skip(4))
        case 7: self = .gss
        case 8: self = .gssContinue(reader.rest())
        case 9: self = .sspi
        case 10: self = .sasl(mechanisms: try Self.mechanisms(&reader, body))
        case 11: self = .saslContinue(reader.rest())
        case 12: self = .saslFinal(reader.rest())
        default: throw .invalidCode(code)
        }
        try reader.finish()
    }

    private static func mechanisms(
        _ reader: inout BodyReader, _ body: Span<UInt8>
    ) throws(WireViolation) -> [Range<Int>] {
        var mechanisms: [Range<Int>] = []
        while true {
            let mechanism = try reader.string(body)
            if mechanism.isEmpty { return mechanisms }
            mechanisms.append(mechanism)
        }
    }

    package static func writeOk(into bytes: inout [UInt8]) { write(0, into: &bytes) }
    package static func writeCleartextPassword(into bytes: inout [UInt8]) { write(3, into: &bytes) }
    package static func writeMD5Password(salt: [UInt8], into bytes: inout [UInt8]) {
        write(5, salt, into: &bytes)
    }
    package static func writeSASLContinue(_ data: [UInt8], into bytes: inout [UInt8]) {
        write(11, data, into: &bytes)
    }
    package static func writeSASLFinal(_ data: [UInt8], into bytes: inout [UInt8]) {
        write(12, data, into: &bytes)
    }

    package static func writeSASL(mechanisms: [String], into bytes: inout [UInt8]) {
        var list: [UInt8] = []
        for mechanism in mechanisms { list.appendCString(mechanism) }
        list.append(0)
        write(10, list, into: &bytes)
    }

    private static func write(_ code: UInt32, _ content: [UInt8] = [], into bytes: inout [UInt8]) {
        bytes.appendFrame(BackendType.authentication.rawValue) { bytes in
            bytes.appendUInt32(code)
            bytes.append(contentsOf: content)
        }
    }
}
