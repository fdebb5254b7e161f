/// PasswordMessage ('p'): a clear-text or md5 password, NUL-terminated.
package struct PasswordMessage: Sendable, Equatable {
    package let password: Range<Int>

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        password = try reader.string(body)
        try reader.finish()
    }

    package static func write(_ password: [UInt8], into bytes: inout [UInt8]) {
        bytes.appendFrame(FrontendType.authenticationResponse.rawValue) { bytes in
            bytes.append(contentsOf: password)
            bytes.append(0)
        }
    }
}

/// SASLInitialResponse ('p'): the mechanism chosen, and its first data unless absent (-1).
package struct SASLInitialResponse: Sendable, Equatable {
    package let mechanism: Range<Int>
    package let data: Range<Int>?

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        mechanism = try reader.string(body)
        let length = Int(Int32(bitPattern: try reader.uint32(body)))
        guard length >= -1 else { throw .invalidCount(length) }
        data = length == -1 ? nil : try reader.skip(length)
        try reader.finish()
    }

    package static func write(mechanism: String, data: [UInt8]?, into bytes: inout [UInt8]) {
        bytes.appendFrame(FrontendType.authenticationResponse.rawValue) { bytes in
            bytes.appendCString(mechanism)
            bytes.appendValue(data)
        }
    }
}

/// SASLResponse ('p'): mechanism data and nothing else.
package enum SASLResponse {
    package static func write(_ data: [UInt8], into bytes: inout [UInt8]) {
        bytes.appendFrame(FrontendType.authenticationResponse.rawValue) { $0.append(contentsOf: data) }
    }
}
