internal import Masking

/// A row under way that is masked as it comes: what is kept of it until its length is known.
///
/// Belongs to its session's actor.
final class LargeRow {
    let run: StatementRun
    var masker: LargeRowMasker
    /// The length word is out, and what comes goes out as well.
    var isOpen = false
    private var held: [UInt8] = []
    private var file: SpillFile?
    private let directory: String

    /// More than this goes to the file.
    private static let maximumHeld = 1 << 20
    private static let chunk = 256 << 10

    init(_ masker: LargeRowMasker, of run: StatementRun, directory: String) {
        self.masker = masker
        self.run = run
        self.directory = directory
    }

    func keep(_ bytes: [UInt8]) throws(SpillFile.Failure) {
        held.append(contentsOf: bytes)
        guard held.count > Self.maximumHeld else { return }
        if file == nil { file = try SpillFile(in: directory) }
        guard let file else { return }
        try file.append(held)
        held.removeAll(keepingCapacity: true)
    }

    /// The next of what was kept, in its order; empty when that was all.
    func next() throws(SpillFile.Failure) -> [UInt8] {
        if let file, !file.isRead {
            var bytes: [UInt8] = []
            try file.read(atMost: Self.chunk, into: &bytes)
            return bytes
        }
        file = nil
        defer { held = [] }
        return held
    }
}
