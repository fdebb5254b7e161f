internal import Masking
internal import PostgresWire
internal import Recording

/// Rows and COPY data that are rewritten on their way to the client.
extension PostgresSession {
    func relayRow(
        _ frame: Frame<BackendType>, _ body: Span<UInt8>, of run: StatementRun,
        _ input: UnsafeRawBufferPointer
    ) throws(SessionEnd) {
        countRow(frame, of: run)
        guard run.limitExceeded == nil else { return }
        guard case .masked(let masker) = run.result else {
            // Rows without a description: Execute of a portal that needs no masking.
            guard !run.plan.mayMaskResult else {
                throw .upstreamViolation("a row without a description of its columns")
            }
            passRow(frame.whole, input)
            return
        }
        try insertMasked(of: run, input) { (bytes) throws(MaskingFailure) in
            try masker.rewriteRow(body, into: &bytes)
        }
    }

    /// The beginning of a large message that is masked as it comes. Whether it is one of those.
    func maskPartial(
        _ frame: Frame<BackendType>, of run: StatementRun, _ input: UnsafeRawBufferPointer
    ) throws(SessionEnd) -> Bool {
        guard frame.type == .copyData, case .maskedCopy = run.result else { return false }
        try relayRest(frame.bodyStart..<input.count, input)
        return true
    }

    // MARK: Beside rows

    /// A notice, a notification or a setting: what could carry masked values is masked, that it came is not.
    func relayBeside(_ frame: Frame<BackendType>, _ input: UnsafeRawBufferPointer, _ body: Span<UInt8>) {
        let plan = ledger.nextRun?.plan
        switch frame.type {
        case .noticeResponse:
            if let report = TextMask(plan, desk).replacement(ofNotice: body) {
                return toClient.insert(of: input) { report.writeNotice(into: &$0) }
            }
        case .parameterStatus:
            if let status = try? ParameterStatus(decoding: body),
                // The server reports settings before ReadyForQuery, behind the statements that have set them.
                let value = TextMask(recentPlan ?? plan, desk).replacement(of: body.extracting(status.value))
            {
                return toClient.insert(of: input) {
                    ParameterStatus.write(
                        name: body.text(status.name), value: String(decoding: value, as: UTF8.self), into: &$0
                    )
                }
            }
        case .notificationResponse:
            if let notification = try? NotificationResponse(decoding: body),
                let payload = payloadMask.replacement(of: body.extracting(notification.payload))
            {
                return toClient.insert(of: input) {
                    NotificationResponse.write(
                        processID: notification.processID, channel: body.text(notification.channel),
                        payload: String(decoding: payload, as: UTF8.self), into: &$0)
                }
            }
        default: break
        }
        relayOwnText(frame, input)
    }

    /// Payloads come from other sessions: what they hold is not known, whatever runs here.
    private var payloadMask: TextMask {
        TextMask(payloadsUnder: listenPlan.map { desk.isCurrent($0) ? $0 : desk.replanned($0) }, desk)
    }

    // MARK: COPY

    func beginCopy(of run: StatementRun, _ body: Span<UInt8>) throws(SessionEnd) {
        run.result = .plain
        guard run.plan.mayMaskResult else { return }
        do {
            let response = try CopyResponse(decoding: body)
            let masker = try CopyResultMasker(response, of: run.plan, statement: run.statementIndex, desk)
            if let masker { run.result = .maskedCopy(masker) }
        } catch {
            throw .upstreamViolation("a COPY cannot be masked: \(error)")
        }
    }

    /// CopyData, or a part of one: `whole` is how it lies in the input, `data` is what of it is the rows' own.
    func relayCopy(
        _ whole: Range<Int>, _ data: Span<UInt8>, of run: StatementRun, _ input: UnsafeRawBufferPointer
    ) throws(SessionEnd) {
        guard run.limitExceeded == nil else { return }
        guard case .maskedCopy(let masker) = run.result else { return passRow(whole, input) }
        try insertMasked(of: run, input) { (bytes) throws(MaskingFailure) in
            try masker.rewrite(data, into: &bytes)
        }
    }

    func endCopy(of run: StatementRun) throws(SessionEnd) {
        guard case .maskedCopy(let masker) = run.result else { return }
        do throws(MaskingFailure) {
            try masker.finish()
        } catch {
            throw .upstreamViolation("a COPY cannot be masked: \(error)")
        }
    }

    /// More of a large message whose beginning has been handled.
    func relayRest(_ range: Range<Int>, _ input: UnsafeRawBufferPointer) throws(SessionEnd) {
        if let run = ledger.currentRun, case .maskedCopy = run.result {
            let data = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: input[range]))
            try relayCopy(range, data, of: run, input)
        } else {
            passRow(range, input)
        }
    }

    /// Puts what `rewrite` makes of a row in its place, and into the record.
    private func insertMasked(
        of run: StatementRun, _ input: UnsafeRawBufferPointer,
        _ rewrite: (inout [UInt8]) throws(MaskingFailure) -> Void
    ) throws(SessionEnd) {
        var failure: MaskingFailure?
        toClient.insert(of: input) { bytes in
            let start = bytes.count
            do throws(MaskingFailure) {
                try rewrite(&bytes)
            } catch {
                failure = error
            }
            bytes.withUnsafeBytes {
                recorder.capture(UnsafeRawBufferPointer(rebasing: $0[start...]), of: run)
            }
        }
        if let failure { throw .upstreamViolation("a row cannot be masked: \(failure)") }
    }
}
