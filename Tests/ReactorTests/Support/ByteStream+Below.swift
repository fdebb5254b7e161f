import Glibc

@testable import Reactor

extension ByteStream {
    /// Writes around the stream's TLS, as somebody on the wire would.
    func writeBelowTLS(_ bytes: [UInt8]) throws {
        guard Glibc.write(registration.descriptor, bytes, bytes.count) == bytes.count else {
            throw IOError.closed
        }
    }
}
