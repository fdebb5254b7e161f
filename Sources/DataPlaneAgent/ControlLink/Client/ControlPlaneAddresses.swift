import HTTP
import Reactor

/// Where the control plane's replicas are.
struct ControlPlaneAddresses: Sendable {
    let origins: [HTTPOrigin]
    let tls: TLSClientContext?

    /// From one URL or several with commas between them; nil when one of them is not `http(s)://host[:port]`.
    ///
    /// - Parameter tls: for `https`, with `h2` among its protocols.
    init?(urls: String, tls: TLSClientContext?) {
        let origins = urls.split(separator: ",").map { text in
            HTTPOrigin(text.filter { !$0.isWhitespace })
        }
        guard !origins.isEmpty, !origins.contains(nil) else { return nil }
        self.origins = origins.compactMap(\.self)
        self.tls = tls
    }
}
