/// Frames of a client: the scanner, then the decoder of each message's type.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var scanner = FrameScanner<FrontendType>()
    while case .frame(let frame) = scanner.next(in: bytes.span) {
        try? decode(frame.type, Array(bytes[frame.body]))
    }
    precondition(scanner.cursor <= bytes.count)
    return 0
}

private func decode(_ type: FrontendType, _ body: [UInt8]) throws(WireViolation) {
    switch type {
    case .query: _ = body.span.text(try QueryMessage(decoding: body.span).text)
    case .parse:
        let message = try ParseMessage(decoding: body.span)
        _ = WireName(message.name, in: body.span)
        _ = message.parameterTypes.array(in: body.span)
    case .bind:
        let message = try BindMessage(decoding: body.span)
        precondition(WireName(message.statement, in: body.span).length <= WireName.maximumLength)
        precondition(message.parameters.array(in: body.span).count == message.parameters.count)
        for index in 0..<message.parameters.count {
            precondition(message.parameterFormats.format(of: index, in: body.span) != nil)
        }
    case .describe, .close: _ = try TargetMessage(decoding: body.span)
    case .execute: _ = try ExecuteMessage(decoding: body.span)
    case .copyFail: _ = try CopyFailMessage(decoding: body.span)
    case .functionCall: _ = try FunctionCallMessage(decoding: body.span)
    case .authenticationResponse:
        _ = try? PasswordMessage(decoding: body.span)
        _ = try SASLInitialResponse(decoding: body.span)
    case .flush, .sync, .terminate, .copyDone: try EmptyFrontendMessage.check(body.span)
    case .copyData: break
    }
}
