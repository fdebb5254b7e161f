/// The payload of a record of the kind that the first byte chooses, under a right checksum; then the same bytes as a stream.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var reader = RecordReader(bytes)
    while let record = try? reader.next() { _ = try? record.content() }
    precondition(reader.offset <= bytes.count)
    guard let first = bytes.first else { return 0 }
    let kind = RecordKind.allCases[Int(first) % RecordKind.allCases.count]
    let payload = bytes.dropFirst()
    do throws(RecordError) {
        switch try decode(payload, as: kind) {
        case .sessionOpened(let opened): require(opened, encodesTo: payload)
        case .sessionClosed(let closed): require(closed, encodesTo: payload)
        case .checkpoint(let checkpoint): require(checkpoint, encodesTo: payload)
        case .laneOpened(let opened): require(opened, encodesTo: payload)
        case .statementStarted(let started):
            let kept =
                started.text.kept.count + started.parameters.reduce(0) { $0 + ($1.value?.kept.count ?? 0) }
            precondition(kept <= payload.count)
        case .statementFinished(let finished): precondition(finished.response.kept.count <= payload.count)
        }
    } catch {
        return 0
    }
    return 0
}

private func decode(_ payload: ArraySlice<UInt8>, as kind: RecordKind) throws(RecordError) -> RecordContent {
    var chain = SessionChain(session: .none)
    guard var bytes = RecordWriter.bytes(Raw(bytes: Array(payload)), chain: &chain) else { throw .truncated }
    bytes.removeLast(bytes.count - RecordFormat.headerLength - payload.count)
    bytes[RecordFormat.kindOffset] = kind.rawValue
    let checksum = bytes.withUnsafeBytes {
        CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[RecordFormat.versionOffset...]))
    }
    bytes.withUnsafeMutableBytes {
        $0.storeBytes(of: checksum.littleEndian, toByteOffset: RecordFormat.checksumOffset, as: UInt32.self)
    }
    return try Record(parsing: bytes[...]).content()
}

/// What was decoded has one encoding.
private func require(_ payload: some RecordPayload, encodesTo bytes: ArraySlice<UInt8>) {
    precondition(payload.encodedLengthBound >= bytes.count)
    var chain = SessionChain(session: .none)
    guard let encoded = RecordWriter.bytes(payload, chain: &chain) else { preconditionFailure("too large") }
    precondition(encoded.dropFirst(RecordFormat.headerLength).prefix(bytes.count).elementsEqual(bytes))
}

private struct Raw: RecordPayload {
    static var kind: RecordKind { .laneOpened }
    var bytes: [UInt8]
    var encodedLengthBound: Int { bytes.count }
    func encode(into writer: inout PayloadWriter) { bytes.withUnsafeBytes { writer.raw($0) } }
}
