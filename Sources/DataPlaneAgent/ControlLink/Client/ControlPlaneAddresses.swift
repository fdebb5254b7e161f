import HTTP
import Reactor

/// Where the control plane's replicas are.
struct ControlPlaneAddresses: Sendable {
    let origins: [HTTPOrigin]
    let tls: TLSClientContext?
    /// What they are reached through.
    let proxies: HTTPProxies

    /// From one URL or several with commas between them; nil when one of them is not `https://host[:port]`.
    /// In the clear only this machine itself is spoken to.
    ///
    /// - Parameter tls: for `https`, with `h2` among its protocols.
    init?(urls: String, tls: TLSClientContext?, proxies: HTTPProxies = .none) {
        let origins = urls.split(separator: ",").map { text in
            HTTPOrigin(text.filter { !$0.isWhitespace })
        }
        guard !origins.isEmpty, !origins.contains(nil) else { return nil }
        self.origins = origins.compactMap(\.self)
        guard self.origins.allSatisfy({ $0.scheme == .https || $0.isThisMachine }) else {
            return nil
        }
        self.tls = tls
        self.proxies = proxies
    }
}
