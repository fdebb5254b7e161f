/// Where a detector found something.
package struct Finding: Sendable, Equatable {
    package let detector: Detector
    /// In bytes of what was scanned.
    package let range: Range<Int>
}
