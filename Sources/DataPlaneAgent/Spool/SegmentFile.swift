import Glibc

/// A segment in use: its file, mapped whole.
///
/// Invariant of `@unchecked`: the memory is written by the lane alone, on its reactor's thread, until the lane has moved on
/// to the next segment; then `seal` is called once, on any thread. `synchronize` only reads the descriptor, which lives
/// until `seal`, `discard` or `abandon`; the lane runs one of these at a time.
final class SegmentFile: @unchecked Sendable {
    let number: UInt64
    let path: String
    let memory: UnsafeMutableRawBufferPointer
    private let descriptor: Int32

    var capacity: Int { memory.count }

    private init(number: UInt64, path: String, memory: UnsafeMutableRawBufferPointer, descriptor: Int32) {
        self.number = number
        self.path = path
        self.memory = memory
        self.descriptor = descriptor
    }

    /// Makes the file with all its blocks, and makes its name durable. Blocks.
    static func create(number: UInt64, in directory: String, capacity: Int) throws(SpoolError) -> SegmentFile
    {
        let path = SpoolLayout.segmentPath(number, in: directory)
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .current("open segment") }
        do throws(SpoolError) {
            let code = posix_fallocate(descriptor, 0, capacity)
            guard code == 0 else { throw SpoolError.of(code, "posix_fallocate") }
            let mapped = mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
            guard let mapped, mapped != MAP_FAILED else { throw SpoolError.current("mmap") }
            let memory = UnsafeMutableRawBufferPointer(start: mapped, count: capacity)
            memory.storeBytes(of: SpoolLayout.magic.littleEndian, as: UInt64.self)
            memory.storeBytes(of: number.littleEndian, toByteOffset: 8, as: UInt64.self)
            let segment = SegmentFile(number: number, path: path, memory: memory, descriptor: descriptor)
            do throws(SpoolError) {
                guard fsync(descriptor) == 0 else { throw SpoolError.current("fsync") }
                try SpoolFiles.synchronizeDirectory(directory)
            } catch {
                munmap(mapped, capacity)
                throw error
            }
            return segment
        } catch {
            close(descriptor)
            unlink(path)
            throw error
        }
    }

    /// Makes everything that was written so far durable. Blocks.
    func synchronize() throws(SpoolError) {
        guard fdatasync(descriptor) == 0 else { throw .current("fdatasync") }
    }

    /// Makes it durable, cuts it to `length` and lets it go. Blocks.
    func seal(length: Int) throws(SpoolError) {
        try synchronize()
        guard ftruncate(descriptor, length) == 0 else { throw .current("ftruncate") }
        try synchronize()
        abandon()
    }

    /// Lets the file go as it is.
    func abandon() {
        munmap(memory.baseAddress, memory.count)
        close(descriptor)
    }

    /// Takes a segment away that was never used.
    func discard() {
        abandon()
        unlink(path)
    }
}
