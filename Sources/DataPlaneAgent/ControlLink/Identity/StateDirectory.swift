import CLinux
import Glibc

/// Why something could not be kept in, or read from, the state directory.
enum StateDirectoryError: Error, Equatable, Sendable, CustomStringConvertible {
    case system(operation: String, path: String, errno: Int32)
    /// Others than the owner may read the file; it holds private keys.
    case tooPermissive(path: String)
    case tooLarge(path: String)
    case malformed(path: String, reason: String)

    var description: String {
        switch self {
        case .system(let operation, let path, let code):
            "cannot \(operation) \(path): \(String(cString: strerror(code)))"
        case .tooPermissive(let path): "\(path) must not be accessible to others: chmod 600 \(path)"
        case .tooLarge(let path): "\(path) is too large to be ours"
        case .malformed(let path, let reason): "\(path) is damaged: \(reason)"
        }
    }
}

/// The directory in which an agent keeps what must outlive it: its identity and its last configuration.
///
/// Files have mode 0600 and are replaced whole: a reader, or a restart after a crash, sees the old or the new
/// one. Every call blocks; call from `BlockingPool` where a reactor runs.
struct StateDirectory: Sendable {
    let path: String

    /// Opens the directory, and makes it with mode 0700 when it is not there.
    init(path: String) throws(StateDirectoryError) {
        self.path = path
        var partial = path.hasPrefix("/") ? "" : "."
        for component in path.split(separator: "/") {
            partial += "/\(component)"
            guard mkdir(partial, 0o700) == 0 || errno == EEXIST else {
                throw .system(operation: "create", path: partial, errno: errno)
            }
        }
    }

    /// Replaces a file, durably.
    func write(_ bytes: [UInt8], to name: String) throws(StateDirectoryError) {
        let target = "\(path)/\(name)"
        let temporary = "\(target).new"
        guard unlink(temporary) == 0 || errno == ENOENT else {
            throw .system(operation: "replace", path: temporary, errno: errno)
        }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "create", path: temporary, errno: errno) }
        do {
            defer { close(descriptor) }
            var offset = 0
            while offset < bytes.count {
                let written = bytes[offset...].withUnsafeBytes {
                    Glibc.write(descriptor, $0.baseAddress, $0.count)
                }
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { throw .system(operation: "write", path: temporary, errno: errno) }
                offset += written
            }
            guard fsync(descriptor) == 0 else {
                throw .system(operation: "write", path: temporary, errno: errno)
            }
        }
        guard rename(temporary, target) == 0 else {
            throw .system(operation: "replace", path: target, errno: errno)
        }
        try synchronize()
    }

    /// The bytes of a file, or nil when there is none.
    func read(_ name: String, upTo limit: Int) throws(StateDirectoryError) -> [UInt8]? {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw .system(operation: "open", path: file, errno: errno)
        }
        defer { close(descriptor) }
        var mode: UInt32 = 0
        var size: Int64 = 0
        guard sallyport_file_status(descriptor, &mode, &size) == 0 else {
            throw .system(operation: "read", path: file, errno: errno)
        }
        guard mode & 0o077 == 0 else { throw .tooPermissive(path: file) }
        guard size <= limit else { throw .tooLarge(path: file) }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(operation: "read", path: file, errno: errno) }
            if count == 0 { throw .malformed(path: file, reason: "it became shorter while it was read") }
            offset += count
        }
        return bytes
    }

    func remove(_ name: String) throws(StateDirectoryError) {
        let file = "\(path)/\(name)"
        guard unlink(file) == 0 || errno == ENOENT else {
            throw .system(operation: "remove", path: file, errno: errno)
        }
        try synchronize()
    }

    /// Makes renames and removals in the directory durable.
    private func synchronize() throws(StateDirectoryError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(operation: "open", path: path, errno: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system(operation: "write", path: path, errno: errno) }
    }
}
