/// A password for the server. It prints as `[redacted]`, by every way of printing.
package struct UpstreamPassword: Sendable {
    let text: String

    package init(_ text: String) { self.text = text }

    /// As it goes over the wire in clear text and into MD5: unprepared.
    var bytes: [UInt8] { Array(text.utf8) }
}

extension UpstreamPassword: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
