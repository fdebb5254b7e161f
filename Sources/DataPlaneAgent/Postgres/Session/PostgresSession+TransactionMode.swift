internal import PostgresWire

/// The second line: transactions of plain reads are read-only at the resource, too, so that a judgement that was wrong fails
/// there (manual, SET TRANSACTION). The mode is the session's default, changed only where reads and other statements follow
/// each other; a transaction takes it over at its first message, so it is chosen in front of that.
extension PostgresSession {
    /// In front of a Query.
    func chooseTransactionMode(for plan: StatementPlan, _ input: UnsafeRawBufferPointer) {
        chooseTransactionMode(readOnly: plan.isPlainRead, input)
    }

    /// In front of a message of the extended protocol: what counts is all that runs up to Sync. `statement` is what the message
    /// names, `plan` what that does.
    func chooseTransactionMode(
        before frame: Frame<FrontendType>, statement: WireName? = nil, plan: StatementPlan? = nil,
        _ input: UnsafeRawBufferPointer
    ) {
        guard !isPipelineOpen else { return }
        let isPlainRead = plan?.isPlainRead ?? false
        guard modes.mayBeReadOnly || (isPlainRead && modes.canBecomeReadOnly) else { return }
        switch pipeline(from: frame, input) {
        case .preparesOnly: return
        case .runs(let name): chooseTransactionMode(readOnly: isPlainRead && name == statement, input)
        case .unknown: chooseTransactionMode(readOnly: false, input)
        }
    }

    private func chooseTransactionMode(readOnly: Bool, _ input: UnsafeRawBufferPointer) {
        if readOnly {
            guard modes.canBecomeReadOnly, transaction == .idle, ledger.isEmpty, !desk.isUncertain else {
                return
            }
        } else {
            guard modes.mayBeReadOnly else { return }
        }
        modes.ask(readOnly: readOnly)
        let statement = OwnStatement.transactionMode(readOnly: readOnly)
        expect(statement, closing: true)
        toUpstream.insert(statement, of: input)
    }

    private enum Pipeline {
        /// Nothing in it is planned or run.
        case preparesOnly
        /// Each Bind is of this statement.
        case runs(WireName)
        /// It is not here whole, or runs several statements.
        case unknown
    }

    /// What the messages up to Sync come to, by those that are here.
    private func pipeline(from first: Frame<FrontendType>, _ input: UnsafeRawBufferPointer) -> Pipeline {
        let span = Span<UInt8>(_unsafeBytes: input)
        var scanner = FrameScanner<FrontendType>(limits: limits.wire, cursor: first.start)
        var pipeline = Pipeline.preparesOnly
        while case .frame(let frame) = scanner.next(in: span) {
            switch frame.type {
            case .sync: return pipeline
            case .describe, .close, .flush: continue
            case .parse where frame.start == first.start: continue
            case .bind:
                let body = span.extracting(frame.body)
                guard let names = try? BindMessage.names(decoding: body) else { return .unknown }
                let name = WireName(names.statement, in: body)
                if case .runs(let other) = pipeline, other != name { return .unknown }
                pipeline = .runs(name)
            case .execute:
                guard case .runs = pipeline else { return .unknown }
            default: return .unknown
            }
        }
        return .unknown
    }
}
