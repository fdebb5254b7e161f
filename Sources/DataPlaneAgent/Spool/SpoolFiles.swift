import Glibc

/// The few file operations that the spool needs. All of them block.
enum SpoolFiles {
    static func makeDirectory(_ path: String) throws(SpoolError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .current("mkdir \(path)") }
    }

    static func synchronizeDirectory(_ path: String) throws(SpoolError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .current("open \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .current("fsync \(path)") }
    }

    /// The names in a directory, without the dots, in no order.
    static func names(in path: String) throws(SpoolError) -> [String] {
        guard let directory = opendir(path) else { throw .current("opendir \(path)") }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    static func size(of path: String) throws(SpoolError) -> Int {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .current("open \(path)") }
        defer { close(descriptor) }
        let size = lseek(descriptor, 0, SEEK_END)
        guard size >= 0 else { throw .current("lseek \(path)") }
        return Int(size)
    }

    /// The bytes of `range`, fewer where the file ends before.
    static func read(_ path: String, _ range: Range<Int>) throws(SpoolError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .current("open \(path)") }
        defer { close(descriptor) }
        var failure: SpoolError?
        let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
            while count < range.count, let base = buffer.baseAddress {
                let taken = pread(
                    descriptor, base + count, range.count - count, off_t(range.lowerBound + count))
                if taken < 0, errno == EINTR { continue }
                if taken < 0 { failure = .current("pread \(path)") }
                guard taken > 0 else { return }
                count += taken
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Cuts the file to `length`, durably.
    static func cut(_ path: String, to length: Int) throws(SpoolError) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw .current("open \(path)") }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw .current("ftruncate \(path)") }
        guard fsync(descriptor) == 0 else { throw .current("fsync \(path)") }
    }

    static func remove(_ path: String) throws(SpoolError) {
        if unlink(path) != 0, errno != ENOENT { throw .current("unlink \(path)") }
    }
}
