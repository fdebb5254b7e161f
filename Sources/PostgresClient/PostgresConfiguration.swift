internal import CLibpq
internal import Reactor

/// How to reach the database: libpq's parameters, and our bounds.
package struct PostgresConfiguration: Sendable {
    /// libpq's connection parameters (PostgreSQL manual, section 34.1.2). Holds the password: never to be printed.
    let parameters: [String: String]
    package var limits: Limits

    package struct Limits: Sendable {
        /// Connections of one pool. PostgreSQL's default `max_connections` is 100, for a handful of replicas.
        package var connections = 16
        /// For connecting and logging in, name resolution included.
        package var connectTimeout: Duration = .seconds(5)
        /// The server cancels a statement after this.
        package var statementTimeout: Duration = .seconds(15)
        /// A connection is given up when the server has not answered for this long; longer than the server's own limit.
        package var answerTimeout: Duration = .seconds(20)
        /// Waiting for a free connection. A caller that waits longer is better served by a 503.
        package var acquireTimeout: Duration = .seconds(5)
        /// Waiting callers beyond this are refused at once.
        package var waiters = 4096
        /// The server ends a transaction that stays idle for this long, should this side have hung up in it.
        package var idleInTransactionTimeout: Duration = .seconds(30)
        /// Prepared statements kept on a connection; statements beyond run unprepared.
        package var preparedStatements = 256
        /// Runs of a transaction that keeps failing for what others do at the same time.
        package var transactionAttempts = 6

        package init() {}
    }

    /// Reads a connection URI or keyword string.
    /// - Throws: `.connection` with libpq's reason when it is malformed.
    package init(url: String, applicationName: String, limits: Limits = Limits()) throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            defer { PQfreemem(message) }
            // libpq quotes from the string here, which may hold a password: the reason stays unsaid.
            throw .connection("the database URL is malformed")
        }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                parameters[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        let defaults = [
            "application_name": applicationName, "client_encoding": "UTF8", "keepalives_idle": "10",
            "keepalives_interval": "5", "keepalives_count": "3",
        ]
        self.parameters = parameters.merging(defaults) { given, _ in given }
        self.limits = limits
    }

    /// The parameters with every host name resolved, so that libpq itself never blocks the loop on a name server.
    func resolved() async throws(PostgresError) -> [String: String] {
        guard parameters["hostaddr"] == nil, let hosts = parameters["host"], !hosts.isEmpty else {
            return parameters
        }
        let hostList = hosts.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let portList = (parameters["port"] ?? "5432").split(separator: ",", omittingEmptySubsequences: false)
            .map(String.init)
        guard portList.count == 1 || portList.count == hostList.count else {
            throw .connection("the database URL names \(hostList.count) hosts and \(portList.count) ports")
        }
        var expanded: [(host: String, address: String, port: String)] = []
        var lastFailure: IOError?
        for (index, host) in hostList.enumerated() {
            let port = portList.count == 1 ? portList[0] : portList[index]
            if host.isEmpty || host.hasPrefix("/") || host.hasPrefix("@") {
                expanded.append((host, "", port))
                continue
            }
            do {
                for address in try await Resolver.resolve(host: host, port: UInt16(port) ?? 5432) {
                    if let ip = address.ip { expanded.append((host, ip, port)) }
                }
            } catch {
                lastFailure = error
            }
        }
        if expanded.isEmpty, let lastFailure { throw .connection("\(lastFailure)") }
        var resolved = parameters
        resolved["host"] = expanded.map(\.host).joined(separator: ",")
        resolved["hostaddr"] = expanded.map(\.address).joined(separator: ",")
        resolved["port"] = expanded.map(\.port).joined(separator: ",")
        return resolved
    }
}
