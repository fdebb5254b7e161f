import Glibc

/// How far the control plane has a lane, on disk.
///
///     offset  size  field
///          0     8  segment     little-endian
///          8     8  offset      little-endian
///         16     8  check       the exclusive or of both and of the magic of segments
///
/// It is written without a sync, in place: when it is lost or torn, records are sent again, and the control plane knows
/// them by session and sequence.
enum UploadWatermark {
    private static let length = 24

    static func load(from directory: String) throws(SpoolError) -> SpoolPosition {
        let none = SpoolPosition(segment: 0, offset: 0)
        let path = directory + "/" + SpoolLayout.watermarkName
        guard access(path, F_OK) == 0 else { return none }
        let bytes = try SpoolFiles.read(path, 0..<length)
        guard bytes.count == length else { return none }
        let words = bytes.withUnsafeBytes { raw in
            stride(from: 0, to: length, by: 8).map {
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt64.self))
            }
        }
        guard words[2] == words[0] ^ words[1] ^ SpoolLayout.magic, let offset = Int(exactly: words[1]) else {
            return none
        }
        return SpoolPosition(segment: words[0], offset: offset)
    }

    static func store(_ position: SpoolPosition, in directory: String) throws(SpoolError) {
        let path = directory + "/" + SpoolLayout.watermarkName
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .current("open \(path)") }
        defer { close(descriptor) }
        let (segment, offset) = (position.segment, UInt64(position.offset))
        let words = [segment, offset, segment ^ offset ^ SpoolLayout.magic].map(\.littleEndian)
        let written = words.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard written == length else { throw .current("pwrite \(path)") }
    }
}
