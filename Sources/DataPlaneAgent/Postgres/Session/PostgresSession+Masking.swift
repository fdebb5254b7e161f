internal import Masking
internal import PostgresWire
internal import Recording

/// Rows and COPY data that are rewritten on their way to the client.
extension PostgresSession {
    /// Masks the row of `first` and those behind it, as far as they are there, in one go: the scanner stands behind them then.
    func relayRows(
        from first: Frame<BackendType>, _ scanner: inout FrameScanner<BackendType>, _ masker: ResultMasker,
        of run: StatementRun, _ input: UnsafeRawBufferPointer, _ span: Span<UInt8>
    ) throws(SessionEnd) {
        var frame = first
        try insertMasked(of: run, input, reserving: span.count - first.start) {
            (bytes) throws(MaskingFailure) in
            while true {
                countRow(frame, of: run)
                guard run.limitExceeded == nil else { return }
                try masker.rewriteRow(span.extracting(frame.body), into: &bytes)
                let behind = scanner.cursor
                guard case .frame(let next) = scanner.next(in: span), next.type == .dataRow else {
                    scanner.cursor = behind
                    return
                }
                frame = next
            }
        }
    }

    // MARK: Large messages

    /// Whether the message whose beginning is there is masked as it comes.
    func beginsMasking(_ frame: Frame<BackendType>, of run: StatementRun) throws(SessionEnd) -> Bool {
        switch (frame.type, run.result) {
        case (.copyData, .maskedCopy):
            countRow(frame, of: run)
            return true
        case (.dataRow, .masked(let masker)):
            countRow(frame, of: run)
            largeRow = LargeRow(
                masker.largeRow(bodyLength: frame.bodyLength), of: run, directory: limits.spillDirectory)
            return true
        default: return false
        }
    }

    /// More of a large message whose beginning has been handled.
    func relayRest(_ range: Range<Int>, _ input: UnsafeRawBufferPointer) throws(SessionEnd) -> ServerStep? {
        let data = Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(rebasing: input[range]))
        if let row = largeRow { return try relayLargeRow(row, data, input) }
        if let run = ledger.currentRun, case .maskedCopy = run.result {
            try relayCopy(range, data, of: run, input)
        } else {
            passRow(range, input)
        }
        return nil
    }

    private func relayLargeRow(
        _ row: LargeRow, _ data: Span<UInt8>, _ input: UnsafeRawBufferPointer
    ) throws(SessionEnd) -> ServerStep? {
        guard row.run.limitExceeded == nil else {
            if serverStreaming == 0 { largeRow = nil }
            return nil
        }
        var bytes: [UInt8] = []
        do {
            try row.masker.rewrite(data, into: &bytes)
            if serverStreaming == 0 { try row.masker.finish() }
            if !row.isOpen { try row.keep(bytes) }
        } catch {
            throw .upstreamViolation("a row cannot be masked: \(error)")
        }
        if row.isOpen {
            insertRow(bytes, of: row.run, input)
            if serverStreaming == 0 { endLargeRow(row) }
            return nil
        }
        guard let length = row.masker.bodyLength else { return nil }
        var header = [BackendType.dataRow.rawValue]
        header.appendUInt32(UInt32(truncatingIfNeeded: length + 4))
        insertRow(header, of: row.run, input)
        return .unspill
    }

    /// Sends what was kept of the row, and opens it for what still comes.
    func unspill(_ row: LargeRow) async throws(SessionEnd) {
        while end == nil {
            let bytes: [UInt8]
            do throws(SpillFile.Failure) {
                bytes = try row.next()
            } catch {
                throw .upstreamViolation("a row that was kept on disk cannot be read: errno \(error.code)")
            }
            if bytes.isEmpty { break }
            toClient.insert { $0.append(contentsOf: bytes) }
            bytes.withUnsafeBytes { recorder.capture($0, of: row.run) }
            try await drainClient()
        }
        row.isOpen = true
        if serverStreaming == 0 { endLargeRow(row) }
    }

    private func endLargeRow(_ row: LargeRow) {
        if case .masked(let masker) = row.run.result { masker.add(row.masker) }
        largeRow = nil
    }

    private func insertRow(_ bytes: [UInt8], of run: StatementRun, _ input: UnsafeRawBufferPointer) {
        toClient.insert(of: input) { $0.append(contentsOf: bytes) }
        bytes.withUnsafeBytes { recorder.capture($0, of: run) }
    }

    // MARK: Beside rows

    /// A notice, a notification or a setting: what could carry masked values is masked, that it came is not.
    func relayBeside(_ frame: Frame<BackendType>, _ input: UnsafeRawBufferPointer, _ body: Span<UInt8>) {
        let plan = boundPlan(ledger.first) ?? ledger.nextRun?.plan
        let isDoubtful = ledger.nextRun?.isDoubtful == true
        switch frame.type {
        case .noticeResponse:
            let mask = isDoubtful ? .hiding : textMask(during: plan)
            if let report = mask.replacement(ofNotice: body) {
                return toClient.insert(of: input) { report.writeNotice(into: &$0) }
            }
        case .parameterStatus:
            if let status = try? ParameterStatus(decoding: body),
                // The server reports settings before ReadyForQuery, behind the statements that have set them.
                let value = (isDoubtful ? .hiding : TextMask(recentPlan ?? plan, desk)).replacement(
                    of: body.extracting(status.value))
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
        toClient.pass(frame.whole, of: input)
    }

    /// Payloads come from other sessions: what they hold is not known, whatever runs here.
    private var payloadMask: TextMask {
        TextMask(payloadsUnder: listenPlan.map { desk.settled($0) }, desk)
    }

    // MARK: COPY

    func beginCopy(of run: StatementRun, _ body: Span<UInt8>) throws(SessionEnd) {
        run.result = .plain
        run.beginCopy()
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
        // Beyond a limit the masker saw nothing of the rest.
        guard run.limitExceeded == nil, case .maskedCopy(let masker) = run.result else { return }
        do throws(MaskingFailure) {
            try masker.finish()
        } catch {
            throw .upstreamViolation("a COPY cannot be masked: \(error)")
        }
    }

    /// Puts what `rewrite` makes of rows in their place, and into the record.
    private func insertMasked(
        of run: StatementRun, _ input: UnsafeRawBufferPointer, reserving count: Int = 0,
        _ rewrite: (inout [UInt8]) throws(MaskingFailure) -> Void
    ) throws(SessionEnd) {
        var failure: MaskingFailure?
        toClient.insert(of: input) { bytes in
            let start = bytes.count
            bytes.reserveCapacity(start + count)
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
