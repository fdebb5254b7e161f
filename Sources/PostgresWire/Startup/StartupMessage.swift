/// StartupMessage: protocol version, then name and value strings, then a terminator.
///
/// Only major version 3 has this layout: for another one `parameters` is empty and the caller refuses it by its version.
package struct StartupMessage: Sendable, Equatable {
    package let version: ProtocolVersion
    /// In the order sent, duplicates included: in PostgreSQL the last of duplicate names counts.
    package let parameters: [Parameter]

    package struct Parameter: Sendable, Equatable {
        package let name: Range<Int>
        package let value: Range<Int>
    }

    init(_ version: ProtocolVersion, _ reader: inout BodyReader, _ packet: Span<UInt8>) throws(WireViolation)
    {
        self.version = version
        guard version.major == 3 else {
            parameters = []
            return
        }
        var parameters: [Parameter] = []
        while true {
            let name = try reader.string(packet)
            if name.isEmpty { break }
            parameters.append(Parameter(name: name, value: try reader.string(packet)))
        }
        try reader.finish()
        self.parameters = parameters
    }

    /// The value that counts for `name`: the last one.
    package func value(_ name: StaticString, in packet: Span<UInt8>) -> Range<Int>? {
        parameters.last { packet.matches($0.name, name) }?.value
    }

    package static func write(
        version: ProtocolVersion, parameters: [(name: String, value: String)], into bytes: inout [UInt8]
    ) {
        bytes.appendLengthPrefixed { bytes in
            bytes.appendUInt32(version.rawValue)
            for (name, value) in parameters {
                bytes.appendCString(name)
                bytes.appendCString(value)
            }
            bytes.append(0)
        }
    }
}
