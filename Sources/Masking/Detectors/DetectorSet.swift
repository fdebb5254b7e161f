/// The detectors to run, all of them in one pass over the bytes.
package struct DetectorSet: Sendable {
    private let enabled: UInt32

    package init(_ detectors: some Sequence<Detector>) {
        enabled = detectors.reduce(0) { $0 | $1.bit }
    }

    package static let all = DetectorSet(Detector.allCases)

    package func contains(_ detector: Detector) -> Bool { enabled & detector.bit != 0 }

    /// What is found, in order and without overlap.
    package func scan(_ bytes: Span<UInt8>) -> [Finding] {
        []
    }
}

extension Detector {
    var bit: UInt32 { 1 << UInt32(Self.allCases.firstIndex(of: self) ?? 31) }
}
