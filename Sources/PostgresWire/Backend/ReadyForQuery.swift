/// Where a session stands between statements.
package enum TransactionStatus: UInt8, Sendable {
    case idle = 0x49  // I
    case inTransaction = 0x54  // T
    case failed = 0x45  // E
}

/// ReadyForQuery ('Z'): one byte of transaction status.
package enum ReadyForQuery {
    package static func decode(_ body: Span<UInt8>) throws(WireViolation) -> TransactionStatus {
        var reader = BodyReader(body)
        let code = try reader.uint8(body)
        try reader.finish()
        guard let status = TransactionStatus(rawValue: code) else { throw .invalidCode(UInt32(code)) }
        return status
    }

    package static func write(_ status: TransactionStatus, into bytes: inout [UInt8]) {
        bytes.append(BackendType.readyForQuery.rawValue)
        bytes.appendUInt32(5)
        bytes.append(status.rawValue)
    }
}
