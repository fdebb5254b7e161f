/// All detectors over any bytes: findings in order, inside the bytes, without overlap.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var last = 0
    for finding in DetectorSet.all.scan(bytes.span) {
        precondition(finding.range.lowerBound >= last && !finding.range.isEmpty)
        last = finding.range.upperBound
    }
    precondition(last <= bytes.count)
    return 0
}
