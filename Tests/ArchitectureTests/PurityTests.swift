import Testing

@Suite("Pure targets")
struct PurityTests {
    /// Ways to time, chance, files and the outside that need no import beyond the standard library and Foundation.
    private static let outside = [
        "ContinuousClock", "SuspendingClock", "Clock.now", "Date()", "Date.now", "Task.sleep",
        "clock_gettime",
        "SystemRandomNumberGenerator", ".random(", ".randomElement(", ".shuffled(", "UUID()",
        "FileManager", "FileHandle", "ProcessInfo", "URLSession", "getenv",
        "print(", "NSLog", "Thread.", "Task {", "Task.detached", "DispatchQueue",
    ]

    @Test(arguments: ImportArrows.pure.keys.sorted())
    func takeTimeAndChanceAsParameters(target: String) {
        for file in SourceTree.sources where file.target == target {
            for (index, line) in file.lines.enumerated() where !Self.isComment(line) {
                for word in Self.outside where Self.mentions(line, word) {
                    Issue.record("\(file):\(index + 1) uses \(word)")
                }
            }
        }
    }

    private static func isComment(_ line: String) -> Bool {
        line.drop(while: \.isWhitespace).hasPrefix("//")
    }

    /// As a word of its own: `fingerprint(` is no `print(`.
    private static func mentions(_ line: String, _ word: String) -> Bool {
        line.ranges(of: word).contains { range in
            guard let first = word.first, first.isLetter, range.lowerBound > line.startIndex else {
                return true
            }
            let before = line[line.index(before: range.lowerBound)]
            return !before.isLetter && !before.isNumber && before != "_"
        }
    }
}
