import Testing

@testable import PostgresWire

@Suite struct StartupTests {
    private let startup: [UInt8] = {
        var bytes: [UInt8] = []
        StartupMessage.write(
            version: .version30, parameters: [("user", "ada"), ("database", "shop"), ("user", "eve")],
            into: &bytes)
        return bytes
    }()

    @Test func readsAStartupMessageAtEverySplit() {
        for count in 0..<startup.count {
            let seen = Array(startup.prefix(count))
            guard case .needMore(let missing) = StartupRequest.scan(seen.span) else {
                Issue.record("\(count) bytes are not a startup message")
                continue
            }
            #expect(missing > 0 && missing <= startup.count - count)
        }
        guard
            case .request(.startup(let message), startup.count) = StartupRequest.scan(
                (startup + [1, 2]).span)
        else {
            Issue.record("the startup message was not read")
            return
        }
        #expect(message.version == .version30 && message.parameters.count == 3)
        #expect(message.value("user", in: startup.span).map { startup.span.text($0) } == "eve")
        #expect(message.value("options", in: startup.span) == nil)
    }

    @Test func readsTheRequestsWithoutParameters() {
        var bytes: [UInt8] = []
        StartupRequest.writeSSLRequest(into: &bytes)
        #expect(bytes == [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f])
        #expect(StartupRequest.scan(bytes.span) == .request(.sslRequest, length: 8))
        bytes = []
        StartupRequest.writeGSSEncryptionRequest(into: &bytes)
        #expect(StartupRequest.scan(bytes.span) == .request(.gssEncryptionRequest, length: 8))
    }

    @Test func readsCancelKeysOfBothLengths() {
        for length in [4, 32, 256] {
            let key = BackendKey(processID: 4_711, secret: (0..<length).map { UInt8(truncatingIfNeeded: $0) })
            var bytes: [UInt8] = []
            CancelRequest.write(key, into: &bytes)
            guard case .request(.cancel(let request), _) = StartupRequest.scan(bytes.span) else {
                Issue.record("a cancel request with \(length) bytes of key was refused")
                continue
            }
            #expect(BackendKey(request, in: bytes.span) == key)
        }
    }

    @Test(arguments: [UInt32(0), 4, 7]) func rejectsLengthsBelowTheCode(length: UInt32) {
        var bytes: [UInt8] = []
        bytes.appendUInt32(length)
        #expect(StartupRequest.scan(bytes.span) == .violation(.lengthBelowMinimum(length)))
    }

    @Test func rejectsMoreThanTheServerTakes() {
        var bytes: [UInt8] = []
        bytes.appendUInt32(10_005)
        #expect(
            StartupRequest.scan(bytes.span)
                == .violation(.frameTooLarge(type: 0, bodyLength: 10_001, limit: 10_000)))
        bytes.setUInt32(10_004, at: 0)
        #expect(StartupRequest.scan(bytes.span) == .needMore(missing: 10_000))
    }

    @Test func rejectsMalformedPackets() {
        func packet(_ code: UInt32, _ rest: [UInt8]) -> StartupRequest.Outcome {
            var bytes: [UInt8] = []
            bytes.appendLengthPrefixed {
                $0.appendUInt32(code)
                $0.append(contentsOf: rest)
            }
            return StartupRequest.scan(bytes.span)
        }
        #expect(packet(StartupRequest.sslCode, [0]) == .violation(.trailingBytes(1)))
        #expect(packet(StartupRequest.cancelCode, [0, 0, 0, 1]) == .violation(.invalidCount(0)))
        #expect(packet(StartupRequest.cancelCode, [0, 0]) == .violation(.truncatedBody))
        #expect(packet(196_608, []) == .violation(.unterminatedString))
        #expect(packet(196_608, Array("user\0ada\0".utf8)) == .violation(.unterminatedString))
        #expect(packet(196_608, Array("user\0ada\0\0x".utf8)) == .violation(.trailingBytes(1)))
        #expect(packet(196_608, Array("user\0".utf8)) == .violation(.unterminatedString))
    }

    @Test func leavesOtherMajorVersionsToTheCaller() {
        let bytes: [UInt8] = [0, 0, 0, 10, 0, 2, 0, 0, 1, 2]
        guard case .request(.startup(let message), 10) = StartupRequest.scan(bytes.span) else {
            Issue.record("version 2 was not read")
            return
        }
        #expect(message.version.major == 2 && message.parameters.isEmpty)
    }

    @Test func seesTLSAtOnce() {
        #expect(StartupRequest.scan(([0x16, 3, 1] as [UInt8]).span) == .directTLS)
    }
}
