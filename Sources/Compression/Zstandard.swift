internal import CZstd

/// Zstandard (RFC 8878): record streams on their way and at rest, and files for clients.
package enum Zstandard {
    package enum Failure: Error, Equatable, Sendable {
        case invalid(String)
        case tooLarge
    }

    /// One frame. Level 1 is what keeps up with a busy agent.
    package static func compress(_ bytes: UnsafeRawBufferPointer, level: Int32 = 1) throws(Failure) -> [UInt8]
    {
        let bound = ZSTD_compressBound(bytes.count)
        var result = 0
        let compressed = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            result = ZSTD_compress(target.baseAddress, bound, bytes.baseAddress, bytes.count, level)
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else { throw .invalid(String(cString: ZSTD_getErrorName(result))) }
        return compressed
    }

    package static func compress(_ bytes: [UInt8], level: Int32 = 1) throws(Failure) -> [UInt8] {
        try bytes.withUnsafeBufferPointer { (buffer) throws(Failure) in
            try compress(UnsafeRawBufferPointer(buffer), level: level)
        }
    }

    /// The content of one frame that says how long its content is, of at most `limit` bytes.
    package static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        let size = bytes.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        // The macros ZSTD_CONTENTSIZE_UNKNOWN and _ERROR, which are -1 and -2.
        guard size < UInt64.max - 1 else { throw .invalid("not a frame of known size") }
        guard size <= UInt64(limit) else { throw .tooLarge }
        var result = 0
        let content = [UInt8](unsafeUninitializedCapacity: Int(size)) { target, count in
            result = bytes.withUnsafeBytes {
                ZSTD_decompress(target.baseAddress, Int(size), $0.baseAddress, $0.count)
            }
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else { throw .invalid(String(cString: ZSTD_getErrorName(result))) }
        return content
    }
}
