import HTTPTypes

/// What a server answers over HTTP/1.1: the first byte says to which method, and where the rest is cut in two.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let bytes = input.dropFirst()
    let method: HTTPRequest.Method = first & 1 == 0 ? .get : .head
    let cut = bytes.startIndex + Int(first) % (bytes.count + 1)
    precondition(events([bytes[..<cut], bytes[cut...]], method) == events([bytes], method))
    return 0
}

private func events(_ parts: [ArraySlice<UInt8>], _ method: HTTPRequest.Method) -> [HTTP1ResponseParser.Event] {
    var parser = HTTP1ResponseParser(limits: HTTPLimits())
    parser.expect(responseTo: method)
    var events: [HTTP1ResponseParser.Event] = []
    func add(_ event: HTTP1ResponseParser.Event) {
        if case .piece(let more) = event, case .piece(let before)? = events.last {
            events[events.count - 1] = .piece(before + more)
        } else {
            events.append(event)
        }
    }
    for part in parts {
        parser.append(Array(part))
        while let event = try? parser.next() { add(event) }
    }
    if let event = try? parser.inputEnded() { add(event) }
    return events
}
