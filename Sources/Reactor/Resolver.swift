internal import Glibc

/// Names to addresses, on a thread of the blocking pool: getaddrinfo blocks for as long as the network likes.
package enum Resolver {
    package static func resolve(host: String, port: UInt16) async throws(IOError) -> [SocketAddress] {
        if host.hasPrefix("/") {
            guard let address = SocketAddress.unix(path: host) else {
                throw .resolution(host: host, reason: "the path is too long for a Unix socket")
            }
            return [address]
        }
        if let address = SocketAddress(ip: host, port: port) { return [address] }
        let result = await BlockingPool.shared.run { lookUp(host: host, port: port) }
        return try result.get()
    }

    private static func lookUp(host: String, port: UInt16) -> Result<[SocketAddress], IOError> {
        guard !host.isEmpty, !host.utf8.contains(0) else {
            return .failure(.resolution(host: host, reason: "not a host name"))
        }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            return .failure(.resolution(host: host, reason: String(cString: gai_strerror(status))))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let current = entry {
            var storage = sockaddr_storage()
            if let address = current.pointee.ai_addr,
                Int(current.pointee.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
            {
                withUnsafeMutableBytes(of: &storage) {
                    $0.copyMemory(
                        from: UnsafeRawBufferPointer(start: address, count: Int(current.pointee.ai_addrlen)))
                }
                if let address = SocketAddress(storage: storage)?.with(port: port),
                    !addresses.contains(address)
                {
                    addresses.append(address)
                }
            }
            entry = current.pointee.ai_next
        }
        return .success(addresses)
    }
}
