/// What can be written as a record: a payload and its kind.
package protocol RecordPayload {
    static var kind: RecordKind { get }
    /// At least the bytes that `encode` writes.
    var encodedLengthBound: Int { get }
    func encode(into writer: inout PayloadWriter)
}

/// Writes records; the layout is `RecordFormat`'s.
package enum RecordWriter {
    /// The most memory that a record of `payload` takes, with the zeros behind it.
    package static func strideBound(_ payload: some RecordPayload) -> Int {
        RecordFormat.stride(RecordFormat.headerLength + payload.encodedLengthBound)
    }

    /// Writes one record at the beginning of `memory` and moves `chain` on.
    ///
    /// The length word is stored last: until then the memory reads as the end of the stream, so that a process that dies
    /// here leaves no half record behind.
    /// - Returns: how far the next record is from this one; nil when it does not fit, and then nothing is committed.
    package static func write<Payload: RecordPayload>(
        _ payload: Payload, chain: inout SessionChain, into memory: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard memory.count > RecordFormat.headerLength else { return nil }
        var writer = PayloadWriter(memory, from: RecordFormat.headerLength)
        payload.encode(into: &writer)
        let length = writer.count
        let stride = RecordFormat.stride(length)
        guard !writer.overflown, stride <= memory.count, length <= RecordLimits.recordBytes else {
            return nil
        }

        let tag = UInt32(RecordFormat.version) | UInt32(Payload.kind.rawValue) << 8
        memory.storeBytes(of: tag.littleEndian, toByteOffset: RecordFormat.versionOffset, as: UInt32.self)
        memory.storeBytes(
            of: chain.nextSequence.littleEndian, toByteOffset: RecordFormat.sequenceOffset, as: UInt64.self)
        memory.storeBytes(of: chain.session.low, toByteOffset: RecordFormat.sessionOffset, as: UInt64.self)
        memory.storeBytes(
            of: chain.session.high, toByteOffset: RecordFormat.sessionOffset + 8, as: UInt64.self)
        memory.storeBytes(of: chain.head.word0, toByteOffset: RecordFormat.previousOffset, as: UInt64.self)
        memory.storeBytes(
            of: chain.head.word1, toByteOffset: RecordFormat.previousOffset + 8, as: UInt64.self)
        memory.storeBytes(
            of: chain.head.word2, toByteOffset: RecordFormat.previousOffset + 16, as: UInt64.self)
        memory.storeBytes(
            of: chain.head.word3, toByteOffset: RecordFormat.previousOffset + 24, as: UInt64.self)
        for index in length..<stride { memory[index] = 0 }

        let record = UnsafeRawBufferPointer(rebasing: memory[..<length])
        let checksum = CRC32C.checksum(
            UnsafeRawBufferPointer(rebasing: record[RecordFormat.versionOffset...]))
        memory.storeBytes(
            of: checksum.littleEndian, toByteOffset: RecordFormat.checksumOffset, as: UInt32.self)
        memory.storeBytes(
            of: UInt32(length).littleEndian, toByteOffset: RecordFormat.lengthOffset, as: UInt32.self)
        chain.advance(to: RecordHash(of: record))
        return stride
    }

    /// One record as bytes of its own, with the zeros behind it. Nil when it is beyond `RecordLimits`.
    package static func bytes(_ payload: some RecordPayload, chain: inout SessionChain) -> [UInt8]? {
        let bound = strideBound(payload)
        guard bound <= RecordFormat.stride(RecordLimits.recordBytes) else { return nil }
        var fits = false
        let bytes = [UInt8](unsafeUninitializedCapacity: bound) { memory, count in
            if let stride = write(payload, chain: &chain, into: UnsafeMutableRawBufferPointer(memory)) {
                count = stride
                fits = true
            }
        }
        return fits ? bytes : nil
    }
}
