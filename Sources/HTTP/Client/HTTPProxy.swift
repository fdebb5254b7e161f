internal import Foundation

/// An HTTP proxy that a client reaches its origin through: by a tunnel for https (CONNECT, RFC 9110 section 9.3.6), by whole URLs in the
/// request line for http (RFC 9112 section 3.2.2).
package struct HTTPProxy: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    package let port: UInt16
    /// The value of Proxy-Authorization, from the name and password in the proxy's URL (RFC 7617).
    let authorization: String?

    /// From `http://[name:password@]host[:port]`; the scheme may be missing, and a `/` may follow. nil for anything else, proxies
    /// that are spoken to in TLS or SOCKS among it.
    package init?(_ url: String) {
        let prefix = "http://"
        var text = url[...]
        if text.lowercased().hasPrefix(prefix) {
            text = text.dropFirst(prefix.count)
        } else if text.contains("://") {
            return nil
        }
        var credentials: String?
        if let at = text.lastIndex(of: "@") {
            guard let decoded = String(text[..<at]).removingPercentEncoding else { return nil }
            credentials = decoded
            text = text[text.index(after: at)...]
        }
        guard let origin = HTTPOrigin(prefix + text) else { return nil }
        host = origin.host
        port = origin.port
        authorization = credentials.map { "Basic " + Data($0.utf8).base64EncodedString() }
    }

    /// Without the credentials.
    package var description: String { HTTPOrigin(scheme: .http, host: host, port: port).description }
}

/// Which proxy the environment names for which origin, by the variables that curl and most others know: `http_proxy`, `https_proxy` or
/// `HTTPS_PROXY`, and `no_proxy` or `NO_PROXY`, a list of what is reached without one.
package struct HTTPProxies: Sendable, Hashable {
    package struct Malformed: Error, Hashable, CustomStringConvertible {
        package let variable: String
        package var description: String {
            "\(variable) must be of the form http://[name:password@]host[:port]: only such proxies are used"
        }
    }

    private let byScheme: [HTTPOrigin.Scheme: HTTPProxy]
    private let exceptions: [Exception]

    /// No proxy for anything.
    package static let none = HTTPProxies(byScheme: [:], exceptions: [])

    private init(byScheme: [HTTPOrigin.Scheme: HTTPProxy], exceptions: [Exception]) {
        self.byScheme = byScheme
        self.exceptions = exceptions
    }

    /// - Parameter variable: a variable's value; nil when it is not set. An empty value counts as unset.
    package init(environment variable: (String) -> String?) throws(Malformed) {
        // Not HTTP_PROXY: where programs run for web requests, that is a header field of the client's (CVE-2016-5385).
        let names: [(HTTPOrigin.Scheme, [String])] = [
            (.http, ["http_proxy"]), (.https, ["https_proxy", "HTTPS_PROXY"]),
        ]
        var byScheme: [HTTPOrigin.Scheme: HTTPProxy] = [:]
        for (scheme, names) in names {
            guard let (name, url) = Self.first(names, variable) else { continue }
            guard let proxy = HTTPProxy(url) else { throw Malformed(variable: name) }
            byScheme[scheme] = proxy
        }
        let list = Self.first(["no_proxy", "NO_PROXY"], variable)?.value ?? ""
        self.init(
            byScheme: byScheme,
            exceptions: list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map {
                Exception(String($0))
            })
    }

    private static func first(
        _ names: [String], _ variable: (String) -> String?
    ) -> (name: String, value: String)? {
        for name in names {
            if let value = variable(name), !value.isEmpty { return (name, value) }
        }
        return nil
    }

    /// The proxy for an origin; nil when it is to be reached straight. This machine always is.
    package func proxy(for origin: HTTPOrigin) -> HTTPProxy? {
        guard let proxy = byScheme[origin.scheme], !origin.isThisMachine,
            !exceptions.contains(where: { $0.matches(origin) })
        else { return nil }
        return proxy
    }

    /// One entry of `no_proxy`: `*`, an address, or a name that stands for its subdomains as well, with or without a dot before it; a
    /// port behind it holds it to that port.
    private struct Exception: Hashable {
        private let name: String
        private let port: UInt16?

        init(_ text: String) {
            var text = text.lowercased()
            var port: UInt16?
            // An IPv6 address without brackets has colons of its own.
            if text.hasPrefix("[") || text.count(where: { $0 == ":" }) == 1,
                let colon = text.lastIndex(of: ":"),
                let number = UInt16(text[text.index(after: colon)...])
            {
                port = number
                text = String(text[..<colon])
            }
            self.port = port
            name = String(text.drop { $0 == "." || $0 == "[" }.filter { $0 != "]" })
        }

        func matches(_ origin: HTTPOrigin) -> Bool {
            guard port == nil || port == origin.port else { return false }
            let host = origin.host.lowercased()
            return name == "*" || !name.isEmpty && (host == name || host.hasSuffix("." + name))
        }
    }
}
