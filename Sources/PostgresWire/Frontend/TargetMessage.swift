/// Describe ('D') and Close ('C') share one layout: what is meant, 'S' or 'P', and its name.
package struct TargetMessage: Sendable, Equatable {
    package enum Target: UInt8, Sendable {
        case statement = 0x53  // S
        case portal = 0x50  // P
    }

    package let target: Target
    package let name: Range<Int>

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        let code = try reader.uint8(body)
        guard let target = Target(rawValue: code) else { throw .invalidCode(UInt32(code)) }
        self.target = target
        name = try reader.string(body)
        try reader.finish()
    }

    package static func writeDescribe(_ target: Target, _ name: String = "", into bytes: inout [UInt8]) {
        write(.describe, target, name, into: &bytes)
    }

    package static func writeClose(_ target: Target, _ name: String = "", into bytes: inout [UInt8]) {
        write(.close, target, name, into: &bytes)
    }

    private static func write(
        _ type: FrontendType, _ target: Target, _ name: String, into bytes: inout [UInt8]
    ) {
        bytes.appendFrame(type.rawValue) { bytes in
            bytes.append(target.rawValue)
            bytes.appendCString(name)
        }
    }
}
