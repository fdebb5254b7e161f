import Glibc
import Reactor

/// A relay as the gateway is one: an actor on its reactor's executor, one pump for each direction, bytes read into the
/// reactor's shared area, looked at and written on in one synchronous stretch, and leftovers kept for this connection.
actor Relay {
    nonisolated let reactor: Reactor
    nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.asUnownedSerialExecutor() }

    private let client: ByteStream
    private let upstream: ByteStream
    private var random: Pattern
    /// What the scan has found: it looks at every byte, as one for frames would.
    private var zeroes = 0

    private enum Direction {
        case towardsUpstream, towardsClient
    }

    private init(client: ByteStream, upstream: ByteStream, reactor: Reactor, seed: UInt64) {
        self.client = client
        self.upstream = upstream
        self.reactor = reactor
        random = Pattern(seed: seed)
    }

    /// Serves one accepted connection until both directions have ended; one in eleven is closed in the middle.
    static func serve(
        _ accepted: AcceptedConnection, upstream address: SocketAddress, tls: TLSServerContext?, seed: UInt64
    ) async {
        let reactor = accepted.reactor
        guard let client = try? ByteStream(accepted) else { return }
        do {
            if let tls { try await client.startTLS(server: tls, deadline: .after(.seconds(60))) }
            let upstream = try await ByteStream.connect(
                to: address, on: reactor, deadline: .after(.seconds(60)))
            let relay = Relay(client: client, upstream: upstream, reactor: reactor, seed: seed)
            await relay.run(cancelled: seed % 11 == 0)
        } catch {
            client.close()
        }
    }

    private func run(cancelled: Bool) async {
        let killer =
            cancelled
            ? reactor.spawn { [reactor] in
                try? await reactor.sleep(for: .milliseconds(20))
                await self.close()
            } : nil
        await withTaskGroup { tasks in
            tasks.addTask { await self.pump(.towardsUpstream) }
            tasks.addTask { await self.pump(.towardsClient) }
        }
        close()
        killer?.cancel()
    }

    private func close() {
        client.close()
        upstream.close()
    }

    private func pump(_ direction: Direction) async {
        let (source, sink) =
            switch direction {
            case .towardsUpstream: (client, upstream)
            case .towardsClient: (upstream, client)
            }
        do throws(IOError) {
            while let leftover = try await step(source, sink) {
                if random.next(below: 4) == 0 { try await hold() }
                try await sink.write(leftover)
            }
            await sink.shutdownWrite()
        } catch {
            close()
        }
    }

    /// Reads, scans and writes once; what the sink did not take, or nil at the end of the source.
    private func step(_ source: ByteStream, _ sink: ByteStream) async throws(IOError) -> [UInt8]? {
        try await source.readable()
        reactor.assertConfined()
        let area = reactor.readArea
        let split = UnsafeMutableRawBufferPointer(rebasing: area[..<(1 + random.next(below: area.count))])
        switch try source.tryRead(into: split) {
        case .endOfStream: return nil
        case .wouldBlock: return []
        case .bytes(let count):
            if let start = split.baseAddress, memchr(start, 0, count) != nil { zeroes += 1 }
            // Some of it is held back altogether, as a statement that waits for its approval.
            let pass = random.next(below: 3) == 0 ? random.next(below: count + 1) : count
            let cut = random.next(below: pass + 1)
            let pieces = [split[..<cut], split[cut..<pass]].map(UnsafeRawBufferPointer.init(rebasing:))
            let taken = try sink.tryWrite(vector: pieces)
            return Array(split[taken..<count])
        }
    }

    private func hold() async throws(IOError) {
        switch random.next(below: 3) {
        case 0: await reactor.yield()
        case 1: try await reactor.sleep(for: .microseconds(random.next(below: 3000)))
        default: await Task.detached {}.value
        }
        reactor.assertConfined()
    }
}
