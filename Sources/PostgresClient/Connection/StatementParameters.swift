internal import CLibpq

/// The values of one statement as libpq takes them: pointers into one buffer, which lives for the call.
struct StatementParameters {
    private var storage: [UInt8] = []
    /// Where each value starts; `nil` is NULL.
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []

    init(_ values: [PostgresValue]) {
        storage.reserveCapacity(values.reduce(0) { $0 + ($1.bytes?.count ?? 0) + 1 })
        for value in values {
            offsets.append(value.bytes == nil ? nil : storage.count)
            lengths.append(Int32(value.bytes?.count ?? 0))
            formats.append(value.isText ? 0 : 1)
            if let bytes = value.bytes { storage.append(contentsOf: bytes) }
            // libpq takes text up to its NUL.
            storage.append(0)
        }
    }

    func sendPrepared(_ name: String, on connection: OpaquePointer) -> Int32 {
        withPointers { PQsendQueryPrepared(connection, name, Int32(offsets.count), $0, lengths, formats, 1) }
    }

    func send(_ text: String, types: [Oid], on connection: OpaquePointer) -> Int32 {
        withPointers {
            PQsendQueryParams(connection, text, Int32(offsets.count), types, $0, lengths, formats, 1)
        }
    }

    private func withPointers<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        storage.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers: [UnsafePointer<CChar>?] = offsets.map { offset in
                guard let base, let offset else { return nil }
                return base + offset
            }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}

extension SQL {
    /// U+0000 in a text parameter: libpq would cut the text there.
    var containsNUL: Bool {
        values.contains { $0.isText && $0.bytes?.contains(0) == true }
    }
}
