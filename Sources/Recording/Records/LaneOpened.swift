/// A process of the agent took over a lane of the spool. It stands in front of the sessions that this process records
/// there, and behind all others of the lane: those of them that have no close were interrupted.
///
///     time opened
///
/// It belongs to no session: its session id is zero, its sequence 0, its previous hash zero.
package struct LaneOpened: Hashable, Sendable, RecordPayload {
    package static let kind = RecordKind.laneOpened

    package var openedAt: RecordTime

    package init(openedAt: RecordTime) { self.openedAt = openedAt }

    package var encodedLengthBound: Int { 8 }

    package func encode(into writer: inout PayloadWriter) { writer.time(openedAt) }

    init(from reader: inout PayloadReader) throws(RecordError) { openedAt = try reader.time("opened_at") }
}
