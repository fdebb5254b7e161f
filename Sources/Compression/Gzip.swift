internal import CZlib

/// Gzip (RFC 1952), for clients that know nothing better.
package enum Gzip {
    package enum Failure: Error, Equatable, Sendable {
        case invalid(status: Int32)
    }

    /// One member without a name or a time, so that equal content gives equal bytes.
    /// - Parameter level: from 1, the fastest, to 9, the smallest.
    package static func compress(_ bytes: [UInt8], level: Int32 = 9) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        // 15 bits of window, and 16 more for the header of gzip.
        var status = deflateInit2_(
            &stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else { throw .invalid(status: status) }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var source = bytes
        let compressed = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            source.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                status = deflate(&stream, Z_FINISH)
            }
            count = status == Z_STREAM_END ? Int(stream.total_out) : 0
        }
        guard status == Z_STREAM_END else { throw .invalid(status: status) }
        return compressed
    }
}
