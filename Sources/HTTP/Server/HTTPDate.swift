import Glibc

/// The Date field of one reactor's responses, made anew once a second (RFC 9110 section 6.6.1).
///
/// Invariant of `@unchecked`: used on its reactor's thread only; the server hands each reactor its own.
final class HTTPDateCache: @unchecked Sendable {
    private var second: time_t = -1
    private var text = ""
    private var line: [UInt8] = []

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    var value: String {
        refresh()
        return text
    }

    /// `Date: Sun, 06 Nov 1994 08:49:37 GMT` and CRLF.
    var fieldLine: [UInt8] {
        refresh()
        return line
    }

    private func refresh() {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME_COARSE, &now)
        guard now.tv_sec != second else { return }
        second = now.tv_sec
        text = HTTPDate.format(second: now.tv_sec)
        line = Array("Date: \(text)\r\n".utf8)
    }
}

/// IMF-fixdate (RFC 9110 section 5.6.7).
enum HTTPDate {
    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func format(second: time_t) -> String {
        var second = second
        var parts = tm()
        gmtime_r(&second, &parts)
        let date = "\(pad(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900)"
        let time = "\(pad(parts.tm_hour)):\(pad(parts.tm_min)):\(pad(parts.tm_sec))"
        return "\(days[Int(parts.tm_wday)]), \(date) \(time) GMT"
    }

    private static func pad(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
