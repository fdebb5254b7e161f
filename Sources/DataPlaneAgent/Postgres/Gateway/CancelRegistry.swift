internal import PostgresWire
internal import Reactor

/// Which session each cancel key of ours stands for. A key that was not handed out does nothing.
final class CancelRegistry: Sendable {
    private let sessions = Locked<[BackendKey: PostgresSession]>([:])

    /// A new key for a session: 4 bytes of secret in protocol 3.0, 32 since 3.2.
    func register(_ session: PostgresSession, key: BackendKey) {
        sessions.withLock { $0[key] = session }
    }

    func remove(_ key: BackendKey) {
        sessions.withLock { _ = $0.removeValue(forKey: key) }
    }

    /// A key that no session has.
    func makeKey(for version: ProtocolVersion) -> BackendKey {
        var generator = SystemRandomNumberGenerator()
        let length = version < .version32 ? 4 : 32
        while true {
            let key = BackendKey(
                processID: UInt32.random(in: 1...UInt32(Int32.max), using: &generator),
                secret: (0..<length).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            if sessions.withLock({ $0[key] == nil }) { return key }
        }
    }

    func cancel(_ key: BackendKey) async {
        let session = sessions.withLock { $0[key] }
        await session?.cancel()
    }
}
