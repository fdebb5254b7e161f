internal import Masking
internal import PostgresWire
internal import SQLInspection

/// COPY FROM STDIN: what the client writes, on its way to the resource. Where policy masks what it is for, it is searched
/// for masked values that come back.
extension PostgresSession {
    /// The server reads rows.
    func beginCopyIn(of run: StatementRun, _ body: Span<UInt8>) throws(SessionEnd) {
        isCopyIn = true
        guard run.plan.searchesCopyIn else { return }
        do {
            copySearch = try CopySearch(CopyResponse(decoding: body), of: run, desk)
        } catch {
            throw .upstreamViolation("a COPY cannot be searched: \(error)")
        }
    }

    /// Waits until the server reads rows or has given up: before that, nobody knows what the rows would be read as.
    func awaitCopyIn() async throws(SessionEnd) {
        try await drainUpstream()
        await waitForReplies { $0.isCopyIn || $0.ledger.isEmpty }
        if let end { throw end }
        if !isCopyIn, let run = guarded {
            guarded = nil
            try await concludeGuarded(run)
        }
    }

    /// A CopyData message that is all there.
    func relayCopyIn(_ frame: Frame<FrontendType>, _ input: UnsafeRawBufferPointer) {
        if refusesCopyIn { return }
        if let search = copySearch {
            if refuses(search, frame.body, input) { return }
        }
        toUpstream.forward(frame.whole, of: input, as: .copyData)
    }

    /// The beginning of a CopyData message whose end has not come.
    func beginCopyInMessage(
        _ frame: Frame<FrontendType>, missing: Int, _ input: UnsafeRawBufferPointer
    ) {
        clientStreaming = missing
        splitsCopyData = copySearch != nil || refusesCopyIn
        if splitsCopyData {
            relayCopyInPart(frame.bodyStart..<input.count, input)
        } else {
            toUpstream.forward(frame.start..<input.count, of: input, as: .copyData)
        }
    }

    /// More of such a message.
    func relayCopyInPart(_ data: Range<Int>, _ input: UnsafeRawBufferPointer) {
        guard splitsCopyData else { return toUpstream.forward(data, of: input, as: .copyData) }
        if refusesCopyIn { return }
        if let search = copySearch, refuses(search, data, input) { return }
        toUpstream.forwardCopyData(data, of: input)
    }

    /// Whether the rows end here, because of what was found in them. The client goes on to the end of its data; the server
    /// is told that there is none.
    private func refuses(_ search: CopySearch, _ data: Range<Int>, _ input: UnsafeRawBufferPointer) -> Bool {
        let bytes = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: input[data]))
        guard let report = search.obstacle(in: bytes) else { return false }
        refuseCopyIn(of: search.run, report, input)
        return true
    }

    private func refuseCopyIn(of run: StatementRun, _ report: Report, _ input: UnsafeRawBufferPointer) {
        run.limitExceeded = report
        refusesCopyIn = true
        isCopyIn = false
        ledger.expect(.copyEnd)
        toUpstream.insertCopyFail(of: input)
    }

    func endCopyIn(
        _ frame: Frame<FrontendType>, _ input: UnsafeRawBufferPointer, as message: ControlMessage
    ) {
        if refusesCopyIn {
            refusesCopyIn = false
            return
        }
        if let search = copySearch {
            if case .copyDone = message, let report = search.obstacleAtEnd() {
                refuseCopyIn(of: search.run, report, input)
                refusesCopyIn = false
                return
            }
            // Another COPY of the same text.
            awaitsCopyIn = search.run.plan.inspection.statements.count > 1
        }
        isCopyIn = false
        ledger.expect(.copyEnd)
        toUpstream.forward(frame.whole, of: input, as: message)
    }
}
