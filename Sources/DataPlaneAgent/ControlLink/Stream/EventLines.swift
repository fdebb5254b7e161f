import APIModels

/// Cuts a stream of bytes into lines, bounded.
struct EventLines {
    private var pending: [UInt8] = []
    private let limit: Int

    init(limit: Int = JSONLimits.configuration.bytes) { self.limit = limit }

    /// The lines that a piece completes, without their ends and without empty ones.
    mutating func append(_ piece: [UInt8]) throws(ConfigurationStreamError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        while let end = piece[start...].firstIndex(of: UInt8(ascii: "\n")) {
            guard pending.count + end - start <= limit else { throw .lineTooLong }
            let line = pending + piece[start..<end]
            pending = []
            if !line.isEmpty { lines.append(line) }
            start = end + 1
        }
        guard pending.count + piece.count - start <= limit else { throw .lineTooLong }
        pending += piece[start...]
        return lines
    }
}
