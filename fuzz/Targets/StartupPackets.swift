/// The first packet of a connection.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    switch StartupRequest.scan(bytes.span) {
    case .request(.startup(let message), let length):
        precondition(length <= bytes.count)
        for parameter in message.parameters {
            _ = bytes.span.text(parameter.name)
            _ = bytes.span.text(parameter.value)
        }
        _ = message.value("user", in: bytes.span)
    case .request(.cancel(let request), _): _ = BackendKey(request, in: bytes.span)
    case .request(.sslRequest, let length), .request(.gssEncryptionRequest, let length):
        precondition(length == 8)
    case .needMore(let missing): precondition(missing > 0)
    case .directTLS, .violation: break
    }
    return 0
}
