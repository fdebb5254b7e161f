/// A moment in a record: microseconds since 1970-01-01T00:00:00Z, by the agent's clock.
package struct RecordTime: Hashable, Comparable, Sendable {
    package let microsecondsSinceEpoch: Int64

    package init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    package static func < (left: RecordTime, right: RecordTime) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }
}
