import Glibc
import Reactor
import Settings

/// Files that come with the program.
enum ProductFiles {
    /// The path that was given, or that of `name` in the working directory, or beside the program or above it.
    static func path(of name: String, given: String?) throws -> String {
        if let given { return given }
        var candidates = [name]
        var directory = programDirectory()
        while let current = directory {
            candidates.append("\(current)/\(name)")
            candidates.append("\(current)/share/sallyport/\(name)")
            directory = parent(of: current)
        }
        guard let found = candidates.first(where: { unsafe access($0, R_OK) == 0 }) else {
            throw SettingsError("\(name) is neither in the working directory nor near the program")
        }
        return found
    }

    /// The text of a small file.
    static func text(of path: String) throws -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
            if count < 0 { throw failure(path) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsError("\(path) is not UTF-8")
        }
        return text
    }

    private static func failure(_ path: String) -> SettingsError {
        SettingsError("cannot read \(path): \(describe(errno: errno))")
    }

    private static func programDirectory() -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
            guard let base = bytes.baseAddress else { return -1 }
            return unsafe readlink("/proc/self/exe", base.assumingMemoryBound(to: CChar.self), bytes.count)
        }
        guard length > 0, let path = String(validating: buffer[..<length], as: UTF8.self) else { return nil }
        return parent(of: path)
    }

    private static func parent(of path: String) -> String? {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return nil }
        return String(path[..<slash])
    }
}
