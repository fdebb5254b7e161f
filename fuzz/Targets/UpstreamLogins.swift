/// The login at a server that says anything at all: the first byte tells how large the pieces are that come in.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = bytes.first, let settings = settings(first) else { return 0 }
    var login = UpstreamLogin(settings, nonce: Array(repeating: 7, count: 18))
    _ = login.begin()
    let size = max(1, Int(first & 0x3f))
    for offset in stride(from: 1, to: bytes.count, by: size) {
        switch login.received(Array(bytes[offset..<min(offset + size, bytes.count)])).next {
        case .read: break
        case .startTLS: _ = login.tlsEstablished(serverEndPoint: [1, 2, 3])
        case .deriveKeys(let derivation): _ = login.keysDerived(derivation.derive())
        case .ready, .failed: return 0
        }
    }
    return 0
}

private func settings(_ byte: UInt8) -> UpstreamLoginSettings? {
    try? UpstreamLoginSettings(
        user: "u", database: "d", password: UpstreamPassword("p"),
        tls: byte & 0x80 != 0 ? .preferred : .disabled,
        channelBinding: byte & 0x40 != 0 ? .required : .preferred, allowsCleartextWithoutTLS: true,
        limits: WireLimits(scramIterations: 4))
}
