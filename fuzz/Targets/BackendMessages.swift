/// Frames of a server: the scanner, then the decoder of each message's type.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var scanner = FrameScanner<BackendType>()
    while case .frame(let frame) = scanner.next(in: bytes.span) {
        try? decode(frame.type, Array(bytes[frame.body]))
    }
    precondition(scanner.cursor <= bytes.count)
    return 0
}

private func decode(_ type: BackendType, _ body: [UInt8]) throws(WireViolation) {
    switch type {
    case .authentication: _ = try AuthenticationRequest(decoding: body.span)
    case .parameterStatus: _ = try ParameterStatus(decoding: body.span)
    case .backendKeyData: _ = try BackendKey(decoding: body.span)
    case .readyForQuery: _ = try ReadyForQuery.decode(body.span)
    case .rowDescription:
        for field in try RowDescription(decoding: body.span).fields { _ = body.span.text(field.name) }
    case .parameterDescription: _ = try ParameterDescription(decoding: body.span).types.array(in: body.span)
    case .dataRow:
        let row = try DataRow(decoding: body.span)
        precondition(row.cells.array(in: body.span).count == row.cells.count)
    case .commandComplete: _ = try CommandComplete(decoding: body.span)
    case .errorResponse, .noticeResponse: _ = try Report(decoding: body.span)
    case .copyInResponse, .copyOutResponse, .copyBothResponse:
        let response = try CopyResponse(decoding: body.span)
        for column in 0..<response.columnCount {
            _ = response.columnFormats.format(of: column, in: body.span)
        }
    case .negotiateProtocolVersion: _ = try NegotiateProtocolVersion(decoding: body.span)
    case .notificationResponse: _ = try NotificationResponse(decoding: body.span)
    case .parseComplete, .bindComplete, .closeComplete, .emptyQueryResponse, .copyDone, .noData,
        .portalSuspended:
        try EmptyBackendMessage.check(body.span)
    case .copyData, .functionCallResponse: break
    }
}
