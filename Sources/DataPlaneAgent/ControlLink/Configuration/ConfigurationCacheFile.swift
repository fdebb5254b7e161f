import APIModels
import Crypto

/// The last configuration on disk, so that an agent that restarts without the control plane can go on until
/// its lease runs out.
///
/// Encrypted with a key derived from the agent's own private keys. The time of the last contact is inside:
/// who could change it could prolong the lease.
struct ConfigurationCacheFile: Sendable {
    struct Content: Equatable, Sendable, Codable {
        var document: ConfigurationDocument
        var contact: Timestamp
    }

    private static let documentFile = "configuration"
    private static let contactFile = "contact"

    private let directory: StateDirectory
    private let key: SymmetricKey

    init(in directory: StateDirectory, keys: AgentKeys) {
        self.directory = directory
        key = keys.derivedKey(for: "configuration")
    }

    func save(_ content: Content) throws(StateDirectoryError) {
        try write(JSON.encode(content), to: Self.documentFile)
        try save(contact: content.contact)
    }

    /// Only that the control plane was heard again: some bytes, each minute.
    func save(contact: Timestamp) throws(StateDirectoryError) {
        try write(JSON.encode(contact), to: Self.contactFile)
    }

    /// Nil when nothing is kept. The later of the two times of contact counts.
    func load() throws(StateDirectoryError) -> Content? {
        guard var content = try read(Content.self, from: Self.documentFile) else { return nil }
        if let contact = try read(Timestamp.self, from: Self.contactFile) {
            content.contact = max(content.contact, contact)
        }
        return content
    }

    func remove() throws(StateDirectoryError) {
        try directory.remove(Self.documentFile)
        try directory.remove(Self.contactFile)
    }

    private func write(_ plaintext: [UInt8], to name: String) throws(StateDirectoryError) {
        guard let box = try? ChaChaPoly.seal(plaintext, using: key, authenticating: Array(name.utf8)) else {
            throw .malformed(path: name, reason: "it cannot be encrypted")
        }
        try directory.write(Array(box.combined), to: name)
    }

    private func read<Value: Decodable>(_ type: Value.Type, from name: String) throws(StateDirectoryError)
        -> Value?
    {
        guard let bytes = try directory.read(name, upTo: JSONLimits.configuration.bytes) else { return nil }
        let path = "\(directory.path)/\(name)"
        guard let box = try? ChaChaPoly.SealedBox(combined: bytes),
            let plaintext = try? ChaChaPoly.open(box, using: key, authenticating: Array(name.utf8))
        else { throw .malformed(path: path, reason: "it is not of this agent, or was changed") }
        do throws(JSONDecodingFailure) {
            return try JSON.decode(type, from: Array(plaintext), limits: .configuration)
        } catch { throw .malformed(path: path, reason: "\(error)") }
    }
}
