/// A protocol version: major in the high, minor in the low 16 bits (manual, 55.7, StartupMessage).
package struct ProtocolVersion: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let version30 = ProtocolVersion(rawValue: 3 << 16)
    /// Since PostgreSQL 18: cancel keys of variable length.
    package static let version32 = ProtocolVersion(rawValue: 3 << 16 | 2)

    package var major: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 16) }
    package var minor: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

extension ProtocolVersion: CustomStringConvertible {
    package var description: String { "\(major).\(minor)" }
}
