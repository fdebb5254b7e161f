internal import Glibc

/// The file that a listening Unix socket is found by, which outlives the socket unless somebody removes it.
struct UnixSocketFile: Sendable {
    private let path: String
    private let device: dev_t
    private let inode: ino_t

    /// The file at `address`; nil when that is no Unix socket's.
    init?(_ address: SocketAddress) {
        guard let path = address.path, let status = UnixSocketFile.status(of: path) else { return nil }
        self.path = path
        device = status.st_dev
        inode = status.st_ino
    }

    /// Removes the file, unless another has taken its place meanwhile.
    func remove() {
        guard let status = UnixSocketFile.status(of: path), status.st_dev == device, status.st_ino == inode
        else {
            return
        }
        unlink(path)
    }

    /// Removes a socket's file at `address` that nobody listens on any more, as a process that was killed leaves it.
    static func removeStale(_ address: SocketAddress) throws(IOError) {
        guard let path = address.path, status(of: path) != nil else { return }
        let probe = try Socket.open(family: address.family)
        defer { Glibc.close(probe) }
        if address.withSockaddr({ connect(probe, $0, $1) }) != 0, errno == ECONNREFUSED { unlink(path) }
    }

    /// The status of the socket at `path`; nil when there is none, or something else.
    private static func status(of path: String) -> stat? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
        return status
    }
}
