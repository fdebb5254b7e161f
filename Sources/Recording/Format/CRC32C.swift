internal import CChecksum

/// CRC-32C (Castagnoli): finds torn and rotted records. The hash chain, not this, finds changed ones.
enum CRC32C {
    static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        sallyport_crc32c(0, bytes.baseAddress, bytes.count)
    }
}
