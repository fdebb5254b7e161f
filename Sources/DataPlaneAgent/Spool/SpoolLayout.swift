/// The spool on disk.
///
///     <spool>/lock                              flock(2)ed by the agent that owns the spool
///     <spool>/lane-0/0000019a3f2b77c0.segment   records of lane 0; the name is the segment's number in hexadecimal
///     <spool>/lane-0/acknowledged               how far the control plane has lane 0, see `UploadWatermark`
///
/// A segment is 16 bytes of header and then a record stream (`RecordFormat`):
///
///     offset  size  field
///          0     8  magic       "SPSPOOL1"
///          8     8  number      the segment's number, little-endian
///         16     –  records
///
/// Numbers only grow: the first of a lane is the time it was opened, in milliseconds since 1970, so that a spool that was
/// wiped does not use a number twice. The segment in use has its full size from the start (`posix_fallocate`: a full disk
/// is an error when the segment is made, never a signal when a page of it is touched) and reads as zeros behind its last
/// record; it is cut to its length when it is sealed.
enum SpoolLayout {
    static let magic: UInt64 = 0x314c_4f4f_5053_5053
    static let headerLength = 16
    static let segmentSuffix = ".segment"
    static let damagedSuffix = ".damaged"
    static let lockName = "lock"
    static let watermarkName = "acknowledged"

    static func laneDirectory(_ lane: Int, in spool: String) -> String { "\(spool)/lane-\(lane)" }

    /// Nil for a name that is not a lane's.
    static func lane(named name: String) -> Int? {
        guard name.hasPrefix("lane-"), let lane = Int(name.dropFirst(5)), lane >= 0, name == "lane-\(lane)"
        else {
            return nil
        }
        return lane
    }

    static func segmentPath(_ number: UInt64, in directory: String) -> String {
        let digits = String(number, radix: 16)
        return directory + "/" + String(repeating: "0", count: 16 - digits.count) + digits + segmentSuffix
    }

    /// Nil for a name that is not a segment's.
    static func segmentNumber(named name: String) -> UInt64? {
        guard name.hasSuffix(segmentSuffix), name.utf8.count == 16 + segmentSuffix.utf8.count else {
            return nil
        }
        return UInt64(name.dropLast(segmentSuffix.count), radix: 16)
    }
}

/// A place in a lane: just behind a record.
package struct SpoolPosition: Hashable, Comparable, Sendable {
    package let segment: UInt64
    /// From the beginning of the segment's file.
    package let offset: Int

    package static func < (left: SpoolPosition, right: SpoolPosition) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }
}

/// The sizes and times of a spool.
package struct SpoolConfiguration: Sendable {
    /// All segments of all lanes together; beyond it statements are refused. Only the small segments that full lanes begin
    /// with may exceed it.
    package var totalBytes: Int
    /// One segment. 16 MiB, as PostgreSQL's write-ahead log has it: some 50,000 short statements.
    package var segmentBytes: Int
    /// A record that nobody waits for is on disk this much later at the latest (recording-and-audit.md).
    package var syncInterval: Duration

    package static let defaultTotalBytes = 4 << 30
    /// What the smallest segment can be: a few statements.
    static let smallestSegmentBytes = 64 << 10

    /// A small spool gets segments that let each of `lanes` have two at a time: one in use, and the next one.
    package init(
        totalBytes: Int = defaultTotalBytes, segmentBytes: Int = 16 << 20, lanes: Int,
        syncInterval: Duration = .milliseconds(50)
    ) {
        self.totalBytes = totalBytes
        let share = totalBytes / max(2 * lanes, 1)
        let pages = min(segmentBytes, max(share, SpoolConfiguration.smallestSegmentBytes)) / 4096
        self.segmentBytes = pages * 4096
        self.syncInterval = syncInterval
    }

    /// What is kept free at the end of a segment for records that end something: without it a statement could run whose
    /// end finds no room.
    static func reservedBytes(of capacity: Int) -> Int { capacity / 8 }

    /// The most that an empty segment takes as its first record.
    var largestRecordBytes: Int {
        segmentBytes - SpoolLayout.headerLength - SpoolConfiguration.reservedBytes(of: segmentBytes)
    }
}
