import Foundation
import Testing

@Suite("House style")
struct StyleTests {
    /// Long for a reason: one table, or one state machine.
    private static let longFiles: Set<String> = [
        "Sources/SQLInspection/Parsing/ParseTreeSchema+Generated.swift"
    ]

    @Test func formatIsCleanThroughout() throws {
        let format = Process()
        format.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        format.arguments = ["swift", "format", "lint", "--strict", "--parallel", "--recursive"]
        format.arguments? += ["Package.swift", "Sources", "Tests"]
        format.currentDirectoryURL = SourceTree.root
        let output = Pipe()
        format.standardOutput = output
        format.standardError = output
        try format.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        format.waitUntilExit()
        #expect(format.terminationStatus == 0, "\(text.prefix(4000))")
    }

    @Test func aFileOver400LinesHasAReason() {
        let long = SourceTree.sources.filter { $0.lines.count > 401 && !Self.longFiles.contains($0.path) }
        #expect(long.map(\.path) == [])
    }

    @Test func nothingIsLeftForLater() {
        for file in SourceTree.sources + SourceTree.tests where !file.path.hasSuffix("StyleTests.swift") {
            for (index, line) in file.lines.enumerated() {
                for word in ["TODO", "FIXME", "XXX:", "not implemented"] where line.contains(word) {
                    Issue.record("\(file):\(index + 1) says \(word)")
                }
            }
        }
    }

    @Test func nothingTrapsOnAnErrorOrATypeThatIsOther() {
        for file in SourceTree.sources {
            for (index, line) in file.lines.enumerated() where line.contains("try!") || line.contains(" as! ")
            {
                Issue.record("\(file):\(index + 1): \(line)")
            }
        }
    }

    @Test func nothingIsPublic() {
        for file in SourceTree.sources {
            for (index, line) in file.lines.enumerated() {
                let words = line.split(whereSeparator: \.isWhitespace).prefix { !$0.hasPrefix("//") }
                if words.first == "public" || words.starts(with: ["open", "class"]) {
                    Issue.record("\(file):\(index + 1): \(line)")
                }
            }
        }
    }
}
