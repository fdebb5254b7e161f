import Reactor
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ResolverTests {
    @Test func numericAddressesNeedNoLookup() async throws {
        let four = try await Resolver.resolve(host: "192.0.2.7", port: 5432)
        #expect(four.map(\.description) == ["192.0.2.7:5432"])
        let six = try await Resolver.resolve(host: "2001:db8::7", port: 5432)
        #expect(six.map(\.description) == ["[2001:db8::7]:5432"])
    }

    @Test func localhostIsLoopback() async throws {
        let addresses = try await Resolver.resolve(host: "localhost", port: 80)
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 80 })
    }

    @Test func aPathIsAUnixSocket() async throws {
        let addresses = try await Resolver.resolve(host: "/run/postgresql/.s.PGSQL.5432", port: 5432)
        #expect(addresses.map(\.isUnix) == [true])
    }

    @Test(arguments: ["", "no-such-host.invalid", "nul\0inside", "/" + String(repeating: "x", count: 200)])
    func saysWhatItCannotResolve(host: String) async throws {
        let failure = await outcome { () async throws(IOError) in
            _ = try await Resolver.resolve(host: host, port: 1)
        }
        guard case .resolution(host, _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }
}
