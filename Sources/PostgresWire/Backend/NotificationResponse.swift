/// NotificationResponse ('A'): who notified, the channel and the payload.
package struct NotificationResponse: Sendable, Equatable {
    package let processID: UInt32
    package let channel: Range<Int>
    package let payload: Range<Int>

    package init(decoding body: Span<UInt8>) throws(WireViolation) {
        var reader = BodyReader(body)
        processID = try reader.uint32(body)
        channel = try reader.string(body)
        payload = try reader.string(body)
        try reader.finish()
    }

    package static func write(processID: UInt32, channel: String, payload: String, into bytes: inout [UInt8])
    {
        bytes.appendFrame(BackendType.notificationResponse.rawValue) { bytes in
            bytes.appendUInt32(processID)
            bytes.appendCString(channel)
            bytes.appendCString(payload)
        }
    }
}
