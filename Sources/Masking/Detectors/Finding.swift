/// Where a detector found something.
package struct Finding: Sendable, Equatable {
    /// Nil for one that an admin has made.
    package let detector: Detector?
    /// In bytes of what was scanned.
    package let range: Range<Int>
}
