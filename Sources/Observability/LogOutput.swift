import Glibc

/// Where log lines go.
package enum LogOutput {
    /// Writes `line` to standard error with as few system calls as the kernel allows: one, but for a full pipe.
    /// A line that cannot be written is lost; logging never stops the process.
    package static func standardError(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[written...])
                let count = unsafe write(STDERR_FILENO, rest.baseAddress, rest.count)
                if count > 0 {
                    written += count
                } else if count < 0, errno == EINTR {
                    continue
                } else {
                    return
                }
            }
        }
    }
}
