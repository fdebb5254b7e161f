import Foundation
import Testing

@testable import Compression

@Suite struct GzipTests {
    /// What gzip itself makes of a member of ours.
    private static func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(bytes))
        try input.fileHandleForWriting.close()
        let content = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return Array(content)
    }

    @Test(arguments: ["", "a", String(repeating: "one line of many\n", count: 1_000)])
    func isReadByGzip(_ text: String) throws {
        let member = try Gzip.compress(Array(text.utf8))
        #expect(try Self.gunzip(member) == Array(text.utf8))
    }

    @Test func givesEqualBytesForEqualContent() throws {
        #expect(try Gzip.compress([1, 2, 3]) == Gzip.compress([1, 2, 3]))
    }
}
