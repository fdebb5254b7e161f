import APIModels
// For the time zone database that comes with the toolchain; nothing here reads a clock or a file.
import Foundation

/// The offsets of a named time zone from UTC over time, as a table: finding one is a binary search.
struct TimeZoneOffsets: Sendable {
    private struct Span {
        let from: Int64
        let secondsEast: Int64
    }

    /// Ordered; the first holds for all time before it as well, the last for all time after it.
    private let spans: [Span]

    /// 2020 to 2100. Policies are compiled anew with every configuration, so that the table need not reach
    /// further.
    private static let range: Range<Int64> = 1_577_836_800..<4_102_444_800

    /// Nil when the time zone database does not have the name.
    init?(named name: String) {
        guard name.unicodeScalars.allSatisfy({ $0.isASCII }), let zone = TimeZone(identifier: name) else {
            return nil
        }
        var moment = Date(timeIntervalSince1970: Double(Self.range.lowerBound))
        var spans = [Span(from: Self.range.lowerBound, secondsEast: Int64(zone.secondsFromGMT(for: moment)))]
        while let next = zone.nextDaylightSavingTimeTransition(after: moment), next > moment,
            Int64(next.timeIntervalSince1970) < Self.range.upperBound
        {
            let from = Int64(next.timeIntervalSince1970)
            spans.append(Span(from: from, secondsEast: Int64(zone.secondsFromGMT(for: next))))
            moment = next
        }
        self.spans = spans
    }

    func secondsEast(at seconds: Int64) -> Int64 {
        var low = 0
        var high = spans.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if spans[middle].from <= seconds { low = middle } else { high = middle }
        }
        return spans[low].secondsEast
    }
}
