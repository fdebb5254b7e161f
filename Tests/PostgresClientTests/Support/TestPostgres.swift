import Foundation
import Logging
import PostgresClient
import Reactor
import Synchronization

/// The PostgreSQL server that the tests of this process use: that of `SALLYPORT_TEST_DATABASE_URL`, or a private one that
/// listens on a Unix socket in a scratch directory and ends with the process, however that ends.
enum TestPostgres {
    static let reactors = ReactorGroup(count: 2)

    private static let server: String =
        ProcessInfo.processInfo.environment["SALLYPORT_TEST_DATABASE_URL"] ?? start()
    private static let counter = Atomic<Int>(0)

    /// A new empty database, as a connection URL.
    static func makeDatabase() async throws -> String {
        let number = counter.wrappingAdd(1, ordering: .relaxed).newValue
        let name = "test_\(ProcessInfo.processInfo.processIdentifier)_\(number)"
        var administration = try PostgresConfiguration(url: server, applicationName: "tests")
        administration.limits = patientLimits
        let connection = try await PostgresConnection.connect(administration, on: reactors.next())
        try await connection.runScript("CREATE DATABASE \(name)")
        await connection.close()
        guard var components = URLComponents(string: server) else {
            fatalError("malformed test database URL")
        }
        components.path = "/" + name
        guard let url = components.string else { fatalError("malformed test database URL") }
        return url
    }

    static func configuration() async throws -> PostgresConfiguration {
        var configuration = try PostgresConfiguration(url: try await makeDatabase(), applicationName: "tests")
        configuration.limits = patientLimits
        return configuration
    }

    /// Times that a loaded machine keeps: all tests make their databases at once.
    static var patientLimits: PostgresConfiguration.Limits {
        var limits = PostgresConfiguration.Limits()
        limits.connectTimeout = .seconds(120)
        limits.statementTimeout = .seconds(120)
        limits.answerTimeout = .seconds(120)
        limits.acquireTimeout = .seconds(120)
        return limits
    }

    static func makePool(connections: Int = 4, acquireTimeout: Duration? = nil) async throws -> PostgresPool {
        var configuration = try await configuration()
        configuration.limits.connections = connections
        if let acquireTimeout { configuration.limits.acquireTimeout = acquireTimeout }
        return PostgresPool(configuration, on: reactors, logger: Logger(label: "tests"))
    }

    private static func start() -> String {
        let script = """
            set -e
            bin=/usr/lib/postgresql/15/bin
            as=""
            if [ "$(id -u)" = 0 ]; then as="runuser -u postgres --"; fi
            dir=$($as mktemp -d /tmp/sallyport-test-pg.XXXXXX)
            $as $bin/initdb -D "$dir/data" -U postgres --auth=trust --no-sync -E UTF8 --locale=C >"$dir/initdb.log" 2>&1
            cd "$dir"
            $as $bin/postgres -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=300 \\
                -c synchronous_commit=off >"$dir/server.log" 2>&1 &
            for _ in $(seq 200); do
                if $as $bin/pg_isready -q -h "$dir"; then break; fi
                sleep 0.05
            done
            echo "$dir"
            cat >/dev/null || true
            $as $bin/pg_ctl -D "$dir/data" stop -m immediate >/dev/null 2>&1 || true
            rm -rf "$dir"
            """
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script]
        // The write end closes with this process: the script then stops the server.
        process.standardInput = lifeline
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            fatalError("cannot start PostgreSQL for the tests: \(error)")
        }
        var line = Data()
        while let byte = try? output.fileHandleForReading.read(upToCount: 1), let first = byte.first,
            first != 10
        {
            line.append(first)
        }
        guard let directory = String(data: line, encoding: .utf8), directory.hasPrefix("/") else {
            fatalError("PostgreSQL for the tests did not start")
        }
        let host = directory.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? directory
        return "postgresql://postgres@/postgres?host=\(host)"
    }

    private static let lifeline = Pipe()
}

extension ReactorGroup {
    /// Runs `body` as a task of a reactor, as the product does.
    func run<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        try await Task(executorPreference: next()) { try await body() }.value
    }
}
