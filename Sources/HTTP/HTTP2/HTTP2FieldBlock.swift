import CNghttp2
import HTTPTypes

/// A header block laid out for libnghttp2: names and values in one buffer, entries that point into it.
struct HTTP2FieldBlock {
    private struct Place {
        var name: Range<Int>
        var value: Range<Int>
        var isNeverIndexed: Bool
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []

    init(capacity: Int) {
        bytes.reserveCapacity(512)
        places.reserveCapacity(capacity)
    }

    /// The beginning of a response's head.
    init(status: HTTPResponse.Status) {
        self.init(capacity: 16)
        append(":status", String(status.code))
    }

    /// The beginning of a request's head.
    init(_ request: HTTPClientRequest) {
        self.init(capacity: 16)
        append(":method", request.head.method.rawValue)
        append(":scheme", request.scheme)
        append(":authority", request.authority)
        append(":path", request.path)
    }

    init(trailers: HTTPFields) {
        self.init(capacity: trailers.count)
        append(trailers)
    }

    /// - Parameter name: in lower case.
    mutating func append(_ name: String, _ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: name.utf8)
        let middle = bytes.count
        bytes.append(contentsOf: value.utf8)
        places.append(Place(name: start..<middle, value: middle..<bytes.count, isNeverIndexed: false))
    }

    /// Appends fields, but for those that make a message malformed (RFC 9113 section 8.2.2).
    mutating func append(_ fields: HTTPFields) {
        for field in fields where !field.name.concernsConnection {
            let start = bytes.count
            bytes.append(contentsOf: field.name.canonicalName.utf8)
            let middle = bytes.count
            field.withUnsafeBytesOfValue { bytes.append(contentsOf: $0) }
            let isNeverIndexed = Self.keepsOut(field.indexingStrategy) || field.name == .authorization
            places.append(
                Place(name: start..<middle, value: middle..<bytes.count, isNeverIndexed: isNeverIndexed))
        }
    }

    /// Whether a value has no place in the peer's table of fields: secrets, and what is never sent again.
    private static func keepsOut(_ strategy: HTTPField.DynamicTableIndexingStrategy) -> Bool {
        strategy == .avoid || strategy == .disallow
    }

    /// The entries, good during `body`; libnghttp2 copies what it keeps.
    func withEntries<Result>(_ body: (UnsafeBufferPointer<nghttp2_nv>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { memory in
            // An empty buffer has no address; its ranges are empty as well.
            let base = UnsafeMutablePointer(mutating: memory.baseAddress)
            return withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: places.count) { entries in
                for (index, place) in places.enumerated() {
                    let entry = nghttp2_nv(
                        name: base.map { $0 + place.name.lowerBound },
                        value: base.map { $0 + place.value.lowerBound },
                        namelen: place.name.count, valuelen: place.value.count,
                        flags: UInt8(place.isNeverIndexed ? NGHTTP2_NV_FLAG_NO_INDEX.rawValue : 0))
                    entries.initializeElement(at: index, to: entry)
                }
                return body(UnsafeBufferPointer(entries))
            }
        }
    }
}

extension HTTPField.Name {
    /// Whether the field is the connection's own business in every version: HTTP/1.1's connection decides about it, and in h2 it
    /// makes a message malformed (RFC 9113 section 8.2.2).
    var concernsConnection: Bool {
        // Comparing lengths first spares nearly every name the rest.
        switch canonicalName.utf8.count {
        case 4: canonicalName == "host"
        case 7: canonicalName == "upgrade"
        case 10: canonicalName == "connection" || canonicalName == "keep-alive"
        case 16: canonicalName == "proxy-connection"
        case 17: canonicalName == "transfer-encoding"
        default: false
        }
    }
}
