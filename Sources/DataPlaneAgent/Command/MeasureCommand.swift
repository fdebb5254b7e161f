internal import APIModels
internal import ArgumentParser
internal import Glibc
internal import Reactor
internal import SQLInspection

/// `sallyport-agent measure`: what inspection, and the catalog of a database, cost on this machine. For `bin/bench inspect`.
struct MeasureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Measures inspection over a database; prints JSON.",
        discussion: "The password is taken from SALLYPORT_MEASURE_PASSWORD.", shouldDisplay: false)

    @Option var host = "127.0.0.1"
    @Option var port: UInt16 = 5432
    @Option var database: String
    @Option var user: String
    @Option(help: "A statement; `{}` stands for what differs each time.")
    var statement =
        "UPDATE pgbench_accounts SET abalance = abalance + -1234 WHERE aid = 4711 RETURNING 1 AS {}"
    @Option var rounds = 2_000

    func run() async throws {
        let reactor = ReactorGroup(count: 1).next()
        let password = getenv("SALLYPORT_MEASURE_PASSWORD").map { Array(String(cString: $0).utf8) }
        let target = UpstreamTarget(
            resource: "measured", host: host, port: port, database: database, tls: .disable,
            tlsContext: nil, user: user, password: password.map { Secret($0) })
        let rounds = rounds
        let statement = statement
        let report = try await Task(executorPreference: reactor) {
            try await Measurement(target: target, statement: statement, rounds: rounds).run(on: reactor)
        }.value
        print(report)
    }
}

/// One run of the measurements, on a reactor as a session would be.
private struct Measurement {
    let target: UpstreamTarget
    let statement: String
    let rounds: Int

    func run(on reactor: Reactor) async throws -> String {
        let memory = Self.residentBytes()
        let clock = ContinuousClock()
        let began = clock.now
        let catalog = try await CatalogLoader.load(target, on: reactor)
        let loaded = clock.now - began
        let grown = Self.residentBytes() - memory
        let pool = InspectionPool()
        let settings = InspectionSettings(catalog.state)
        var first: [Duration] = []
        for round in 0..<rounds {
            let text = Array(statement.replacing("{}", with: "c\(round)").utf8)
            let start = clock.now
            _ = try await pool.inspect(
                text: text, parameterTypes: [], catalog: catalog.snapshot, settings: settings)
            first.append(clock.now - start)
        }
        let again = Array(statement.replacing("{}", with: "c0").utf8)
        let cached = Self.time(clock, rounds) {
            again.withUnsafeBytes {
                pool.cached($0, parameterTypes: [], catalog: catalog.snapshot, settings: settings) != nil
            }
        }
        let other = Array(
            statement.replacing("{}", with: "c0").replacing("1", with: "3").replacing("4", with: "6").utf8)
        let shared = Self.time(clock, rounds) {
            other.withUnsafeBytes {
                pool.cached($0, parameterTypes: [], catalog: catalog.snapshot, settings: settings) != nil
            }
        }
        var large: [Duration] = []
        for round in 0..<9 {
            let rows = (0..<24_000).map { "(\(100_000 + $0), 1, 1, 'twenty characters ..')" }
            let values = rows.joined(separator: ",")
            let text = Array(
                "INSERT INTO pgbench_accounts (aid, bid, abalance, filler) VALUES \(values) RETURNING 1 AS r\(round)"
                    .utf8)
            let start = clock.now
            _ = try await pool.inspect(
                text: text, parameterTypes: [], catalog: catalog.snapshot, settings: settings)
            large.append(clock.now - start)
        }
        return """
            {"catalog_load_ms": \(Self.microseconds(loaded) / 1_000), "catalog_bytes": \(grown), \
            "new_us": \(Self.median(first)), "cached_us": \(Self.json(cached)), "shared_us": \(Self.json(shared)), \
            "mebibyte_ms": \(Self.median(large) / 1_000)}
            """
    }

    /// Microseconds for each call; nil when one did not find anything.
    private static func time(_ clock: ContinuousClock, _ rounds: Int, _ body: () -> Bool) -> Double? {
        var found = true
        let start = clock.now
        for _ in 0..<rounds { found = body() && found }
        return found ? microseconds(clock.now - start) / Double(rounds) : nil
    }

    private static func json(_ number: Double?) -> String { number.map { "\($0)" } ?? "null" }

    private static func median(_ times: [Duration]) -> Double {
        microseconds(times.sorted()[times.count / 2])
    }

    private static func microseconds(_ time: Duration) -> Double {
        Double(time.components.seconds) * 1e6 + Double(time.components.attoseconds) / 1e12
    }

    private static func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var pages: (Int, Int) = (0, 0)
        let count = withUnsafeMutablePointer(to: &pages.0) { total in
            withUnsafeMutablePointer(to: &pages.1) { resident in
                withVaList([total, resident]) { vfscanf(file, "%ld %ld", $0) }
            }
        }
        return count == 2 ? pages.1 * 4_096 : 0
    }
}
