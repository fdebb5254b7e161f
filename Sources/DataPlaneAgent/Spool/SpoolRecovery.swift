import Recording

/// What was found in a lane's directory when the spool was opened.
struct RecoveredLane {
    let lane: Int
    let directory: String
    /// Cut to whole records, the oldest first; none of them is empty or acknowledged.
    let segments: [LaneBacklog.SealedSegment]
    let acknowledged: SpoolPosition
    /// No segment of the lane had this number or a higher one.
    let freeNumber: UInt64
    /// A process has used the lane before, and its sessions may have been cut off.
    let wasInUse: Bool
    let cuts: [SpoolCut]
}

/// Bytes at the end of a segment that were no whole record, and were cut off.
package struct SpoolCut: Hashable, Sendable {
    package let lane: Int
    package let segment: UInt64
    /// Where the last whole record ends.
    package let keptBytes: Int
    package let reason: String
}

/// Opens what a process left behind. Runs before anything is recorded; blocks.
enum SpoolRecovery {
    /// Looks through every segment that is not acknowledged, and cuts each behind its last whole record.
    static func recover(lane: Int, directory: String) throws(SpoolError) -> RecoveredLane {
        let numbers = try SpoolFiles.names(in: directory).compactMap(SpoolLayout.segmentNumber).sorted()
        let acknowledged = try UploadWatermark.load(from: directory)
        var segments: [LaneBacklog.SealedSegment] = []
        var cuts: [SpoolCut] = []
        for number in numbers {
            let path = SpoolLayout.segmentPath(number, in: directory)
            let isAcknowledgedBefore = number < acknowledged.segment
            let length =
                isAcknowledgedBefore ? SpoolLayout.headerLength : try settle(path, number, lane, &cuts)
            if length <= SpoolLayout.headerLength
                || (number, length) <= (acknowledged.segment, acknowledged.offset)
            {
                try SpoolFiles.remove(path)
            } else {
                segments.append(.init(number: number, length: length, diskBytes: length))
            }
        }
        try SpoolFiles.synchronizeDirectory(directory)
        return RecoveredLane(
            lane: lane, directory: directory, segments: segments, acknowledged: acknowledged,
            freeNumber: max(numbers.last ?? 0, acknowledged.segment) + 1, wasInUse: !numbers.isEmpty,
            cuts: cuts)
    }

    /// Cuts a segment behind its last whole record.
    private static func settle(
        _ path: String, _ number: UInt64, _ lane: Int, _ cuts: inout [SpoolCut]
    ) throws(SpoolError) -> Int {
        let size = try SpoolFiles.size(of: path)
        let bytes = try SpoolFiles.read(path, 0..<size)
        // A segment whose header never reached the disk has no record that did.
        guard isHeader(bytes, of: number) else { return 0 }
        var reader = RecordReader(bytes[SpoolLayout.headerLength...])
        var reason: String?
        do throws(RecordError) {
            while try reader.next() != nil {}
        } catch {
            reason = "\(error)"
        }
        let length = SpoolLayout.headerLength + reader.offset
        if let reason {
            cuts.append(SpoolCut(lane: lane, segment: number, keptBytes: length, reason: reason))
        }
        if length < size { try SpoolFiles.cut(path, to: length) }
        return length
    }

    private static func isHeader(_ bytes: [UInt8], of number: UInt64) -> Bool {
        guard bytes.count >= SpoolLayout.headerLength else { return false }
        return bytes.withUnsafeBytes { raw in
            UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self)) == SpoolLayout.magic
                && UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) == number
        }
    }
}
