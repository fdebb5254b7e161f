import HTTPTypes
import Reactor
import Testing

@testable import HTTP

@Suite struct HTTPProxySettingsTests {
    private func proxies(_ variables: [String: String]) throws(HTTPProxies.Malformed) -> HTTPProxies {
        try HTTPProxies { variables[$0] }
    }

    @Test(arguments: [
        ("https://plane.example.com", "http://proxy:3128"),
        ("https://10.1.2.3", "http://proxy:3128"),
        ("http://plane.example.com", nil),
        ("https://inside.corp", nil), ("https://deep.INSIDE.corp:8443", nil),
        ("https://notinside.corp", "http://proxy:3128"),
        ("https://a.dotted", nil), ("https://ported:8443", nil), ("https://ported", "http://proxy:3128"),
        ("https://192.0.2.7", nil), ("https://[2001:db8::1]:8443", nil), ("https://[2001:db8::2]:9", nil),
        ("https://[2001:db8::2]:10", "http://proxy:3128"),
        ("https://localhost:8443", nil), ("https://127.0.0.1:8443", nil), ("https://[::1]", nil),
    ])
    func choosesByOrigin(_ origin: String, _ expected: String?) throws {
        let proxies = try proxies([
            "https_proxy": "http://proxy:3128/", "HTTP_PROXY": "http://not-this-one:1",
            "no_proxy": "inside.corp, .dotted ported:8443,192.0.2.7,2001:db8::1,[2001:db8::2]:9,,",
        ])
        #expect(proxies.proxy(for: try #require(HTTPOrigin(origin)))?.description == expected)
    }

    @Test func everythingMayBeExcepted() throws {
        let proxies = try proxies(["HTTPS_PROXY": "proxy", "http_proxy": "proxy", "NO_PROXY": "*"])
        for text in ["https://a", "http://b"] {
            #expect(proxies.proxy(for: try #require(HTTPOrigin(text))) == nil)
        }
    }

    @Test func anEmptyVariableCountsAsUnset() throws {
        #expect(try proxies(["https_proxy": "", "http_proxy": ""]) == HTTPProxies.none)
    }

    @Test(arguments: [
        "https://proxy:3128", "socks5://proxy", "http://", "http://proxy:x", "http://proxy/path",
        "http://%zz@proxy", "a b",
    ])
    func refusesWhatItCannotUse(_ url: String) {
        #expect(throws: HTTPProxies.Malformed(variable: "https_proxy")) { try proxies(["https_proxy": url]) }
    }

    @Test func keepsTheCredentialsToItself() throws {
        let proxy = try #require(HTTPProxy("http://Aladdin:open%20sesame@proxy:3128"))
        #expect(proxy.authorization == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect("\(proxy)" == "http://proxy:3128")
    }
}

@Suite(.timeLimit(.minutes(1))) struct HTTPProxyTests {
    private var soon: Deadline { .after(.seconds(60)) }
    private let hello = HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/info")

    /// Runs `body` with tinyproxy on a free port, which wants the name `user` and the password `secret`.
    private func withTinyproxy(_ body: (UInt16) async throws -> Void) async throws {
        let directory = try TestDirectory()
        // The port is free when it is drawn; a listener that is closed at once gives it back. At this address no other
        // test listens that could take it meanwhile.
        let ip = "127.0.0.23"
        let anywhere = try #require(SocketAddress(ip: ip, port: 0))
        let listener = try Listener(anywhere, group: testGroup)
        let port = try #require(listener.address.port)
        listener.close()
        try directory.write(
            Array(
                """
                Port \(port)
                Listen \(ip)
                Timeout 60
                MaxClients 20
                PidFile "\(directory.path("pid"))"
                LogFile "\(directory.path("log"))"
                BasicAuth user secret
                """.utf8), to: "configuration")
        try await withTool("tinyproxy", ["-d", "-c", directory.path("configuration")]) {
            try await onReactor { reactor in
                let address = anywhere.with(port: port)
                let started = ContinuousClock.now
                while true {
                    if ContinuousClock.now - started > .seconds(20) {
                        throw TestFailure("tinyproxy does not listen")
                    }
                    do throws(IOError) {
                        try await ByteStream.connect(to: address, on: reactor, deadline: .after(.seconds(5)))
                            .close()
                        return
                    } catch {
                        try await reactor.sleep(for: .milliseconds(10))
                    }
                }
            }
            try await body(port)
        }
    }

    private func client(
        _ scheme: HTTPOrigin.Scheme, port: UInt16, proxy: String, alpn: [String] = ["h2", "http/1.1"]
    ) async throws -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        let parsed = try #require(HTTPProxy(proxy))
        configuration.proxy = parsed
        return HTTPClient(
            origin: HTTPOrigin(scheme: scheme, host: "localhost", port: port),
            tls: scheme == .https ? try await TestCertificate.shared.clientContext(alpn: alpn) : nil,
            on: testGroup.next(), configuration: configuration)
    }

    @Test func reachesAnOriginThroughTinyproxy() async throws {
        try await withTinyproxy { proxyPort in
            let proxy = "http://user:secret@127.0.0.23:\(proxyPort)"
            let context = try await TestCertificate.shared.serverContext()
            try await withServer(tls: context) { server in
                for (alpn, version) in [(["h2", "http/1.1"], "HTTP/2"), (["http/1.1"], "HTTP/1.1")] {
                    let client = try await client(.https, port: server.port, proxy: proxy, alpn: alpn)
                    for _ in 0..<2 {
                        let answer = try await client.send(hello, deadline: soon)
                        let body = String(decoding: try await answer.body.collect(upTo: 100), as: UTF8.self)
                        #expect(body == "\(version) GET localhost:\(server.port)")
                    }
                    await client.close()
                }
                let stranger = try await client(.https, port: server.port, proxy: "127.0.0.23:\(proxyPort)")
                await #expect(
                    throws: HTTPClientError.proxy(
                        reason: "http://127.0.0.23:\(proxyPort) answered 407 to CONNECT")
                ) { try await stranger.send(hello, deadline: soon) }
                await stranger.close()
            }
            try await withServer { server in
                let client = try await client(.http, port: server.port, proxy: proxy)
                let answer = try await client.send(hello, deadline: soon)
                let body = String(decoding: try await answer.body.collect(upTo: 100), as: UTF8.self)
                #expect(body == "HTTP/1.1 GET localhost:\(server.port)")
                #expect(answer.head.headerFields[.via]?.contains("tinyproxy") == true)
                await client.close()
            }
        }
    }

    /// A proxy that answers CONNECT with the given bytes and then closes.
    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "broke the protocol"),
        (
            "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nbody",
            "answered 407 to CONNECT"
        ),
        ("HTTP/1.1 302 Found\r\nLocation: http://other\r\n\r\n", "answered 302 to CONNECT"),
        ("SSH-2.0-OpenSSH\r\n", "broke the protocol"),
        ("HTTP/1.1 200 OK\r\n", "broke the protocol"), ("", "broke the protocol"),
    ])
    func trustsNoProxyThatAnswersOtherwise(_ answer: String, _ reason: String) async throws {
        let listener = try Listener(try #require(SocketAddress(ip: "127.0.0.1", port: 0)), group: testGroup)
        let running = Task {
            await listener.run { accepted in
                guard let stream = try? ByteStream(accepted) else { return }
                _ = try? await stream.read(upTo: 4096, deadline: .after(.seconds(30)))
                try? await stream.write(Array(answer.utf8))
                await stream.shutdownWrite()
                _ = try? await stream.read(upTo: 4096, deadline: .after(.seconds(30)))
                stream.close()
            }
        }
        let port = try #require(listener.address.port)
        let client = try await client(.https, port: 1, proxy: "127.0.0.1:\(port)")
        do throws(HTTPClientError) {
            _ = try await client.send(hello, deadline: soon)
            Issue.record("the proxy was trusted")
        } catch {
            guard case .proxy(let text) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(text.contains(reason), "\(text)")
        }
        await client.close()
        listener.close()
        await running.value
    }

    @Test func aProxyThatIsNotThereIsAFailedConnection() async throws {
        let listener = try Listener(try #require(SocketAddress(ip: "127.0.0.1", port: 0)), group: testGroup)
        let port = try #require(listener.address.port)
        listener.close()
        let client = try await client(.https, port: 1, proxy: "127.0.0.1:\(port)")
        do throws(HTTPClientError) {
            _ = try await client.send(hello, deadline: soon)
            Issue.record("nobody was there")
        } catch {
            guard case .connect = error else {
                Issue.record("\(error)")
                return
            }
        }
        await client.close()
    }
}
