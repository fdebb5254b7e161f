internal import Glibc

/// Where a socket is bound or connected: IPv4, IPv6 or a Unix path.
package struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: Hashable {
        case ipv4(address: UInt32, port: UInt16)
        case ipv6(address: [UInt8], scope: UInt32, port: UInt16)
        case unix(path: String)
    }

    private let kind: Kind

    /// An address from its numeric text (`127.0.0.1`, `::1`); nil for a name.
    package init?(ip: String, port: UInt16) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, ip, &four) == 1 {
            kind = .ipv4(address: four.s_addr, port: port)
        } else if inet_pton(AF_INET6, ip, &six) == 1 {
            kind = .ipv6(address: withUnsafeBytes(of: six) { Array($0) }, scope: 0, port: port)
        } else {
            return nil
        }
    }

    /// A Unix socket's address; nil for a path that `sun_path` (108 bytes with its NUL) cannot hold.
    package static func unix(path: String) -> SocketAddress? {
        guard !path.isEmpty, path.utf8.count < 108, !path.utf8.contains(0) else { return nil }
        return SocketAddress(kind: .unix(path: path))
    }

    private init(kind: Kind) {
        self.kind = kind
    }

    /// Reads what the system filled in; nil for a family we do not speak.
    init?(storage: sockaddr_storage) {
        switch Int32(storage.ss_family) {
        case AF_INET:
            let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in.self) }
            kind = .ipv4(address: address.sin_addr.s_addr, port: UInt16(bigEndian: address.sin_port))
        case AF_INET6:
            let address = withUnsafeBytes(of: storage) { $0.loadUnaligned(as: sockaddr_in6.self) }
            kind = .ipv6(
                address: withUnsafeBytes(of: address.sin6_addr) { Array($0) }, scope: address.sin6_scope_id,
                port: UInt16(bigEndian: address.sin6_port))
        case AF_UNIX:
            kind = .unix(
                path: withUnsafeBytes(of: storage) {
                    String(decoding: $0.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
                })
        default:
            return nil
        }
    }

    package var port: UInt16? {
        switch kind {
        case .ipv4(_, let port), .ipv6(_, _, let port): port
        case .unix: nil
        }
    }

    /// The numeric address; nil for a Unix socket.
    package var ip: String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        switch kind {
        case .ipv4(let address, _):
            var address = in_addr(s_addr: address)
            inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        case .ipv6(let address, _, _):
            inet_ntop(AF_INET6, address, &text, socklen_t(text.count))
        case .unix:
            return nil
        }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The same host on another port; a Unix socket stays as it is.
    package func with(port: UInt16) -> SocketAddress {
        switch kind {
        case .ipv4(let address, _): SocketAddress(kind: .ipv4(address: address, port: port))
        case .ipv6(let address, let scope, _):
            SocketAddress(kind: .ipv6(address: address, scope: scope, port: port))
        case .unix: self
        }
    }

    /// What counts as one client where clients are counted: an IPv4 address, or the /64 network of an IPv6 one, all of which a single
    /// host may have to itself (RFC 6177); an IPv4 address in IPv6's clothes (RFC 4291, section 2.5.5.2) is itself. With port 0; nil
    /// for a Unix socket.
    package var client: SocketAddress? {
        switch kind {
        case .ipv4(let address, _):
            return SocketAddress(kind: .ipv4(address: address, port: 0))
        case .ipv6(let address, _, _):
            if address.starts(with: SocketAddress.mappedPrefix), address.count == 16 {
                let bytes = Array(address[12...])
                let address = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
                return SocketAddress(kind: .ipv4(address: address, port: 0))
            }
            let network = address.prefix(8) + [UInt8](repeating: 0, count: 8)
            return SocketAddress(kind: .ipv6(address: Array(network), scope: 0, port: 0))
        case .unix:
            return nil
        }
    }

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

    /// The path of a Unix socket.
    package var path: String? {
        if case .unix(let path) = kind { path } else { nil }
    }

    package var isUnix: Bool {
        if case .unix = kind { true } else { false }
    }

    /// Reached without leaving this machine: 127.0.0.0/8, ::1, or a Unix socket.
    package var isLoopback: Bool {
        switch kind {
        case .ipv4(let address, _): UInt32(bigEndian: address) >> 24 == 127
        case .ipv6(let address, _, _):
            address.dropLast().allSatisfy { $0 == 0 } && address.last == 1
                || address.starts(with: SocketAddress.mappedPrefix + [127])
        case .unix: true
        }
    }

    package var description: String {
        switch kind {
        case .ipv4(_, let port): "\(ip ?? "?"):\(port)"
        case .ipv6(_, _, let port): "[\(ip ?? "?")]:\(port)"
        case .unix(let path): path.isEmpty ? "unix" : path
        }
    }

    var family: Int32 {
        switch kind {
        case .ipv4: AF_INET
        case .ipv6: AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// Calls `body` with the address as the system takes it.
    func withSockaddr<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        var storage = sockaddr_storage()
        let length = withUnsafeMutableBytes(of: &storage) { bytes in
            switch kind {
            case .ipv4(let address, let port):
                var value = sockaddr_in()
                value.sin_family = sa_family_t(AF_INET)
                value.sin_port = port.bigEndian
                value.sin_addr.s_addr = address
                withUnsafeBytes(of: value) { bytes.copyMemory(from: $0) }
                return MemoryLayout<sockaddr_in>.size
            case .ipv6(let address, let scope, let port):
                var value = sockaddr_in6()
                value.sin6_family = sa_family_t(AF_INET6)
                value.sin6_port = port.bigEndian
                value.sin6_scope_id = scope
                withUnsafeMutableBytes(of: &value.sin6_addr) { $0.copyBytes(from: address) }
                withUnsafeBytes(of: value) { bytes.copyMemory(from: $0) }
                return MemoryLayout<sockaddr_in6>.size
            case .unix(let path):
                bytes.storeBytes(of: sa_family_t(AF_UNIX), as: sa_family_t.self)
                let room = UnsafeMutableRawBufferPointer(rebasing: bytes[2...])
                room.copyBytes(from: Array(path.utf8))
                return 2 + path.utf8.count + 1
            }
        }
        return withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { address in
                // The storage is never empty, so neither is this.
                body(address.baseAddress.unsafelyUnwrapped, socklen_t(length))
            }
        }
    }
}
