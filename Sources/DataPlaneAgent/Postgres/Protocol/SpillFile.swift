internal import Glibc

/// Bytes that are too many to be held in memory, in a file without a name. Its operations block for as long as the page
/// cache takes: they are for the few rows that cannot be passed on as they come.
final class SpillFile {
    private let descriptor: Int32
    private(set) var count = 0
    private var position = 0

    struct Failure: Error {
        let code: Int32
    }

    init(in directory: String) throws(Failure) {
        // The six letters are for mkstemp(3) to replace.
        var path = Array("\(directory)/spill-XXXXXX".utf8CString)
        descriptor = path.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard descriptor >= 0 else { throw Failure(code: errno) }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(Failure) {
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                return pwrite(descriptor, rest.baseAddress, rest.count, count)
            }
            guard written > 0 else { throw Failure(code: written < 0 ? errno : ENOSPC) }
            done += written
            count += written
        }
    }

    /// Appends the next bytes, at most `maximum`, to `bytes`; none when all were read.
    func read(atMost maximum: Int, into bytes: inout [UInt8]) throws(Failure) {
        let wanted = min(maximum, count - position)
        guard wanted > 0 else { return }
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: wanted))
        let got = bytes.withUnsafeMutableBytes { bytes in
            pread(
                descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).baseAddress, wanted,
                position)
        }
        bytes.removeSubrange((start + max(0, got))...)
        guard got > 0 else { throw Failure(code: got < 0 ? errno : EIO) }
        position += got
    }

    var isRead: Bool { position == count }
}
