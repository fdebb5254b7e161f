import ArgumentParser
import Glibc
import Masking

/// What the detectors find, and how fast: for `bin/bench detectors` and `bin/bench mask`, which read what this prints.
///
/// Standard input holds texts in UTF-8 with a NUL behind each.
@main struct DetectorProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "detector-probe", abstract: "The detectors over the texts of standard input.",
        subcommands: [Find.self, Measure.self])
}

extension DetectorProbe {
    /// Prints a line of JSON for each text: `[["credit_card", 5, 21], ...]`, in bytes.
    struct Find: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what is found in each text.")

        func run() throws {
            for text in StandardInput.texts() {
                let findings = DetectorSet.all.scan(text.span).map { finding in
                    "[\"\(finding.detector?.name ?? "custom")\", \(finding.range.lowerBound), \(finding.range.upperBound)]"
                }
                print("[\(findings.joined(separator: ", "))]")
            }
        }
    }

    /// Prints `{"bytes": ..., "cpu_seconds": ..., "findings": ...}` for as many rounds over the texts as fill the time.
    struct Measure: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Measure the scan alone, in CPU time.")

        @Option(help: "CPU seconds to go on for, at least.") var seconds = 2.0

        func run() throws {
            let texts = StandardInput.texts()
            let size = texts.reduce(0) { $0 + $1.count }
            guard size > 0 else { throw ValidationError("there is no text on standard input") }
            let start = Self.processorSeconds
            var rounds = 0
            var findings = 0
            repeat {
                for text in texts { findings += DetectorSet.all.scan(text.span).count }
                rounds += 1
            } while Self.processorSeconds - start < seconds
            let elapsed = Self.processorSeconds - start
            print(
                "{\"bytes\": \(rounds * size), \"cpu_seconds\": \(elapsed), \"findings\": \(findings / rounds)}"
            )
        }

        private static var processorSeconds: Double {
            var time = timespec()
            // Sound: the structure is filled during the call.
            unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
    }
}

private enum StandardInput {
    static func texts() -> [[UInt8]] {
        var bytes: [UInt8] = []
        while let line = readLine(strippingNewline: false) { bytes.append(contentsOf: line.utf8) }
        var texts = bytes.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
        if texts.last?.isEmpty == true { texts.removeLast() }
        return texts
    }
}
