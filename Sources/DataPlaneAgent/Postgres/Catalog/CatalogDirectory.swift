internal import APIModels
internal import Logging
internal import Reactor

/// The catalog of each database that sessions have reached.
final class CatalogDirectory: Sendable {
    private struct Key: Hashable {
        let resource: ResourceID
        let database: String
    }

    private struct Entry {
        let store: CatalogStore
        let resource: AgentResource
    }

    private let stores = Locked<[Key: Entry]>([:])
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// The store for a database of `resource`; another one when the resource was changed since.
    func store(of resource: AgentResource, target: UpstreamTarget) -> CatalogStore {
        stores.withLock { stores in
            let key = Key(resource: resource.id, database: target.database)
            if let entry = stores[key], entry.resource.endpoint == resource.endpoint,
                entry.resource.credential == resource.credential
            {
                return entry.store
            }
            var logger = logger
            logger[metadataKey: "resource"] = "\(resource.name)"
            let store = CatalogStore(logger: logger) { known, reactor in
                do throws(UpstreamFailure) {
                    return .success(try await CatalogLoader.load(target, known: known, on: reactor))
                } catch {
                    return .failure(error)
                }
            }
            stores[key] = Entry(store: store, resource: resource)
            return store
        }
    }
}
