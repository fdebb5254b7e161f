import HTTPTypes

/// What a client sends over HTTP/1.1: the first byte says where the rest is cut in two, and both ways have to read the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = input.first else { return 0 }
    let bytes = input.dropFirst()
    let cut = bytes.startIndex + Int(first) % (bytes.count + 1)
    let whole = events([bytes])
    precondition(events([bytes[..<cut], bytes[cut...]]) == whole)
    for case .head(let head) in whole {
        precondition(head.request.path.map { !$0.isEmpty } ?? (head.request.method == .connect))
        if let authority = head.request.authority { precondition(HTTPAuthority.isValid(authority)) }
        for field in head.request.headerFields { precondition(HTTPField.isValidValue(field.value)) }
    }
    return 0
}

private func events(_ parts: [ArraySlice<UInt8>]) -> [HTTP1RequestParser.Event] {
    var parser = HTTP1RequestParser(limits: HTTPLimits(), scheme: "http")
    var events: [HTTP1RequestParser.Event] = []
    for part in parts {
        parser.append(Array(part))
        while let event = try? parser.next() {
            if case .piece(let more) = event, case .piece(let before)? = events.last {
                events[events.count - 1] = .piece(before + more)
            } else {
                events.append(event)
            }
        }
    }
    return events
}
