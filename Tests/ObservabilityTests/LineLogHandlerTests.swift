import Logging
import Observability
import Synchronization
import Testing

private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    func append(_ line: String) {
        lines.withLock { $0.append(line) }
    }
}

@Suite struct LineLogHandlerTests {
    private static let time = LogTime(secondsSinceEpoch: 1_772_323_199, milliseconds: 7)

    private func logger(_ format: LogFormat, into lines: Lines) -> Logger {
        Logger(label: "test") { label in
            LineLogHandler(label: label, format: format, level: .info, clock: { Self.time }) {
                lines.append($0)
            }
        }
    }

    @Test func jsonLinesEscapeWhatIsHostile() {
        let lines = Lines()
        var logger = logger(.json, into: lines)
        logger[metadataKey: "peer"] = "10.0.0.1"
        logger.warning(
            "line\nbreak \"quoted\" \u{1B}[31m", metadata: ["level": "forged", "list": ["a", "b"]])
        logger.debug("not shown")
        #expect(
            lines.all == [
                #"{"time":"2026-02-28T23:59:59.007Z","level":"warning","logger":"test","#
                    + #""message":"line\nbreak \"quoted\" \u001b[31m","#
                    + #""metadata.level":"forged","list":["a","b"],"peer":"10.0.0.1"}"# + "\n"
            ])
    }

    @Test func humanLinesStayOnOneLine() {
        let lines = Lines()
        logger(.human, into: lines).error("two\nlines", metadata: ["path": "/v1/a b", "status": "500"])
        #expect(lines.all == ["23:59:59.007 ERROR    two\\u000alines path=\"/v1/a b\" status=500\n"])
    }
}
