package import APIModels

/// A resource as policy sees it.
package struct ProtectedResource: Hashable, Sendable {
    package var id: ResourceID
    package var name: Name
    package var `protocol`: ResourceProtocol
    package var labels: [String: String]

    package init(id: ResourceID, name: Name, protocol: ResourceProtocol, labels: [String: String]) {
        self.id = id
        self.name = name
        self.protocol = `protocol`
        self.labels = labels
    }
}
