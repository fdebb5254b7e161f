internal import Logging
internal import PostgresWire
internal import SQLInspection

/// A transaction that changes the catalog sees its own changes before anybody else does: what it runs next is judged by the
/// catalog as it sees it.
extension PostgresSession {
    /// Inspects under the catalog that the session sees, which may be its transaction's own. Where that cannot be had, nothing is
    /// proven: what the committed catalog says of a name may not be what it means here.
    func inspect(_ text: [UInt8], _ types: [UInt32]) async throws(SessionEnd) -> FreshInspection {
        var fresh = await desk.inspect(text, parameterTypes: types)
        for _ in 0..<Self.catalogReadings {
            guard case .success(let found) = fresh.result, desk.catalogs.needsOwn(for: found) else {
                return fresh
            }
            if let reading = await desk.catalogs.beginOwnReading(), let own = try await readOwnCatalog() {
                desk.catalogs.adopt(own: own, reading)
            } else if desk.catalogs.needsOwn(for: found) {
                // Where the transaction has failed, only its end can run.
                if transaction == .failed, !pipelineControlsTransaction { return fresh }
                break
            }
            fresh = await desk.inspect(text, parameterTypes: types)
        }
        guard case .success(let found) = fresh.result, desk.catalogs.needsOwn(for: found) else {
            return fresh
        }
        let reason = "the open transaction has changed the catalog, which could not be read again"
        return FreshInspection(
            text: text, result: .success(.unproven(reason)), catalog: fresh.catalog, since: fresh.since)
    }

    /// Others may change the catalog while it is read.
    private static let catalogReadings = 3

    /// Reads the catalog inside the open transaction; nil where that cannot be done without the client's notice.
    private func readOwnCatalog() async throws(SessionEnd) -> CatalogSnapshot? {
        // In a pipeline there may be no transaction block yet, and without one no savepoint.
        guard !isPipelineOpen else { return nil }
        try await awaitReplies()
        guard transaction == .inTransaction else { return nil }
        catalogReading = CatalogReading(systemViews: desk.catalogs.systemViews)
        defer { catalogReading = nil }
        try await askAll(CatalogReading.statements)
        guard transaction == .inTransaction else {
            try await askAll(CatalogReading.undoing)
            logger.warning("the catalog could not be read inside a transaction that has changed it")
            return nil
        }
        guard let reading = catalogReading else { return nil }
        // Sorting and indexing take a while for a large catalog: away from the reactor, whose sessions wait otherwise.
        return await Task.detached { reading.snapshot() }.value
    }

    private func askAll(_ statements: [OwnStatement]) async throws(SessionEnd) {
        for (index, statement) in statements.enumerated() {
            ask(statement, closing: index == statements.count - 1)
        }
        try await awaitReplies()
    }

    func takeOwnRow(_ body: Span<UInt8>, for purpose: OwnStatement.Purpose) {
        switch purpose {
        case .probe: probeAnswer = SessionProbe.decode(row: body)
        case .catalog: catalogReading?.add(row: body)
        case .transactionMode, .plans: break
        }
    }
}
