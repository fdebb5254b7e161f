/// A JSON text: what is read is written as a text that reads the same, and shapes of the API are read from it or refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let value = try? JSON.parse(bytes) else { return 0 }
    let again = try? JSON.parse(JSON.encode(value))
    precondition(again == value)
    if let policy = try? JSON.decode(PolicySpec.self, from: bytes) {
        precondition((try? JSON.decode(PolicySpec.self, from: JSON.encode(policy))) == policy)
    }
    if let resource = try? JSON.decode(ResourceCreate.self, from: bytes) { precondition(!resource.endpoint.host.isEmpty) }
    return 0
}
