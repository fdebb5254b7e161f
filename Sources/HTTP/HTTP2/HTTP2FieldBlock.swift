import CNghttp2
import HTTPTypes

/// A header block laid out for libnghttp2: names and values in one buffer, entries that point into it.
struct HTTP2FieldBlock {
    private struct Place {
        var name: Range<Int>
        var value: Range<Int>
        var isSensitive: Bool
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    init(_ pseudo: [(String, String)], _ fields: HTTPFields) {
        bytes.reserveCapacity(512)
        places.reserveCapacity(pseudo.count + fields.count)
        for (name, value) in pseudo {
            let start = bytes.count
            bytes.append(contentsOf: name.utf8)
            let middle = bytes.count
            bytes.append(contentsOf: value.utf8)
            places.append(Place(name: start..<middle, value: middle..<bytes.count, isSensitive: false))
        }
        for field in fields where !Self.isConnectionSpecific(field.name) {
            let start = bytes.count
            bytes.append(contentsOf: field.name.canonicalName.utf8)
            let middle = bytes.count
            field.withUnsafeBytesOfValue { bytes.append(contentsOf: $0) }
            let isSensitive = field.indexingStrategy == .disallow || field.name == .authorization
            places.append(Place(name: start..<middle, value: middle..<bytes.count, isSensitive: isSensitive))
        }
    }

    /// RFC 9113 section 8.2.2: these make a message malformed.
    private static func isConnectionSpecific(_ name: HTTPField.Name) -> Bool {
        switch name.canonicalName {
        case "connection", "transfer-encoding", "keep-alive", "proxy-connection", "upgrade", "host": true
        default: false
        }
    }

    /// The entries, good during `body`; libnghttp2 copies what it keeps.
    func withEntries<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { memory in
            // An empty buffer has no address; its ranges are empty as well.
            let base = UnsafeMutablePointer(mutating: memory.baseAddress)
            let entries = places.map { place in
                nghttp2_nv(
                    name: base.map { $0 + place.name.lowerBound },
                    value: base.map { $0 + place.value.lowerBound },
                    namelen: place.name.count, valuelen: place.value.count,
                    flags: UInt8(place.isSensitive ? NGHTTP2_NV_FLAG_NO_INDEX.rawValue : 0))
            }
            return entries.withUnsafeBufferPointer(body)
        }
    }
}
