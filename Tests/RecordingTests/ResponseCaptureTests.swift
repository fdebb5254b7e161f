import Testing

@testable import Recording

struct ResponseCaptureTests {
    private func captured(_ response: [UInt8], cap: Int, pieces: Int) -> (
        kept: [UInt8], total: UInt64, digest: RecordHash?
    ) {
        var capture = ResponseCapture()
        capture.begin(cap: cap)
        var rest = response[...]
        while !rest.isEmpty {
            rest.prefix(pieces).withUnsafeBytes { capture.append($0) }
            rest = rest.dropFirst(pieces)
        }
        return capture.withView { (Array($0.kept), $0.totalBytes, $0.digest) }
    }

    @Test(arguments: [1, 7, 64, 1000])
    func keepsUpToTheCapAndDigestsTheWhole(pieces: Int) {
        var random = SeededRandom(seed: 5)
        let response = random.bytes(300)
        let digest = response.withUnsafeBytes { RecordHash(of: $0) }
        for cap in [0, 1, 64, 299] {
            let capture = captured(response, cap: cap, pieces: pieces)
            #expect(capture.kept == Array(response.prefix(cap)))
            #expect(capture.total == 300)
            #expect(capture.digest == digest)
        }
        for cap in [300, 301] {
            let capture = captured(response, cap: cap, pieces: pieces)
            #expect(capture.kept == response)
            #expect(capture.digest == nil)
        }
    }

    @Test func beginsAnewForEachResponse() {
        var capture = ResponseCapture()
        capture.begin(cap: 2)
        [UInt8]([1, 2, 3]).withUnsafeBytes { capture.append($0) }
        capture.begin(cap: 2)
        [UInt8]([4]).withUnsafeBytes { capture.append($0) }
        capture.withView { view in
            #expect(Array(view.kept) == [4])
            #expect(view.totalBytes == 1)
            #expect(view.digest == nil)
        }
    }
}
