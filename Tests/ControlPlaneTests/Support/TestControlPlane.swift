import APIModels
import Foundation
import HTTP
import HTTPTypes
import Logging
import PostgresClient
import Reactor
import Synchronization
import Testing

@testable import ControlPlane

/// A control plane without its server: requests go in at the pipeline, state is in a real PostgreSQL.
final class TestControlPlane: Sendable {
    static let masterKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    let services: Services
    let pipeline: RequestPipeline
    let clock: TestClock
    let databaseURL: String
    private let listening: Task<Void, Never>

    /// A fresh installation, with the key of its administrator.
    static func make(
        rateLimit: RateLimit = RateLimit()
    ) async throws -> (plane: TestControlPlane, admin: String) {
        let url = try await TestPostgres.makeDatabase()
        var configuration = try PostgresConfiguration(url: url, applicationName: "tests")
        configuration.limits = TestPostgres.patientLimits
        _ = try await runner().migrate(configuration, on: TestPostgres.reactors.next())
        let plane = try await TestControlPlane(databaseURL: url, clock: TestClock(), rateLimit: rateLimit)
        let admin = try await plane.services.makeAdministrator("admin", newKey: false)
        return (plane, admin.secret.reveal())
    }

    /// Another replica on the same database and clock.
    func replica() async throws -> TestControlPlane {
        try await TestControlPlane(
            databaseURL: databaseURL, clock: clock, rateLimit: services.settings.rateLimit)
    }

    init(databaseURL: String, clock: TestClock, rateLimit: RateLimit) async throws {
        self.databaseURL = databaseURL
        self.clock = clock
        var configuration = try PostgresConfiguration(url: databaseURL, applicationName: "tests")
        configuration.limits = TestPostgres.patientLimits
        configuration.limits.connections = 6
        let pool = PostgresPool(configuration, on: TestPostgres.reactors, logger: Logger(label: "tests"))
        var settings = ServiceSettings(publicURL: "https://sallyport.test")
        settings.rateLimit = rateLimit
        settings.agentAnswerTime = .seconds(120)
        let services = Services(
            settings: settings, database: pool,
            masterKey: try MasterKey(base64: Secret(Self.masterKey)), reactors: TestPostgres.reactors,
            clock: { clock.now })
        self.services = services
        try await Installation(services: services).prepare()
        pipeline = RequestPipeline(
            services: services,
            handlers: Handlers.all(
                services: services, migrations: try Self.runner(), reference: try Self.reference.get()))
        let (ready, started) = AsyncStream<Void>.makeStream()
        let reactor = TestPostgres.reactors.next()
        let listener = NotificationListener(
            configuration, channels: ChangeHub.channels, on: reactor, logger: Logger(label: "tests")
        ) { event in
            services.handle(event)
            if case .listening = event { started.finish() }
        }
        listening = reactor.spawn { await listener.run() }
        for await _ in ready {}
    }

    static let reference = Result {
        try ReferenceFiles(openAPI: String(contentsOfFile: repository + "/openapi.yaml", encoding: .utf8))
    }

    deinit {
        listening.cancel()
        let database = services.database
        Task { await database.close() }
    }

    static func runner() throws -> MigrationRunner {
        MigrationRunner(try Migration.load(from: repository + "/migrations"), logger: Logger(label: "tests"))
    }

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().resolvingSymlinksInPath().path

    // MARK: Requests

    struct Answer: Sendable {
        let status: Int
        let json: JSON
        let headerFields: HTTPFields
        let text: String

        var tag: String { headerFields[.eTag] ?? "" }
        var code: String { json["code"]?.stringValue ?? "" }

        subscript(key: String) -> String { json[key]?.stringValue ?? "" }

        func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try json.decode(type, limits: .configuration)
        }
    }

    /// Sends a request as a client does, on a reactor.
    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, as token: String? = nil,
        _ fields: [HTTPField.Name: String] = [:]
    ) async throws -> Answer {
        try await send(method, path, bytes: body.map { JSON.encode($0) } ?? [], as: token, fields)
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8], as token: String? = nil,
        _ fields: [HTTPField.Name: String] = [:]
    ) async throws -> Answer {
        let response = try await respond(method, path, bytes: bytes, as: token, fields)
        let body: [UInt8] = if case .bytes(let bytes) = response.body { bytes } else { [] }
        return Answer(
            status: response.head.status.code, json: (try? JSON.parse(body, limits: .configuration)) ?? .null,
            headerFields: response.head.headerFields, text: String(decoding: body, as: UTF8.self))
    }

    func respond(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8] = [], as token: String? = nil,
        _ fields: [HTTPField.Name: String] = [:]
    ) async throws -> HTTPServerResponse {
        var headerFields: HTTPFields = [:]
        if !bytes.isEmpty { headerFields[.contentType] = "application/json" }
        if let token { headerFields[.authorization] = "Bearer \(token)" }
        for (name, value) in fields { headerFields[name] = value }
        let head = HTTPRequest(
            method: method, scheme: "https", authority: "sallyport.test", path: path,
            headerFields: headerFields)
        let reactor = TestPostgres.reactors.next()
        let peer = try #require(SocketAddress(ip: "127.0.0.1", port: 1))
        let request = HTTPServerRequest(
            head: head, body: HTTPBody(bytes),
            connection: HTTPConnection(reactor: reactor, peer: peer, tls: nil, version: .http11))
        return await Task(executorPreference: reactor) { [pipeline] in await pipeline.respond(to: request) }
            .value
    }

    // MARK: Fixtures

    /// A service account, and a key of it.
    func makeAccount(
        _ name: String, kind: String = "ai_agent", groups: [String], by admin: String
    ) async throws -> String {
        let body: JSON = [
            "name": .string(name), "kind": .string(kind), "groups": .array(groups.map(JSON.string)),
        ]
        let account = try await send(.post, "/v1/service-accounts", body, as: admin)
        try #require(account.status == 201)
        let key = try await send(.post, "/v1/service-accounts/\(name)/keys", [:], as: admin)
        try #require(key.status == 201)
        return key["secret"]
    }

    static func resource(
        _ name: String = "shop-prod", agent: String = "default", password: String = "hunter2"
    ) -> JSON {
        [
            "name": .string(name), "protocol": "postgres", "labels": ["env": "prod"],
            "endpoint": ["host": "10.0.0.5", "port": 5432, "database": "shop", "tls": "disable"],
            "credential": ["mode": "static", "username": "app", "password": ["value": .string(password)]],
            "agent": .string(agent),
        ]
    }

    static func policy(_ name: String = "ai-agents", groups: [String] = ["ai-agents"]) -> JSON {
        [
            "name": .string(name), "subjects": ["groups": .array(groups.map(JSON.string))],
            "resources": ["names": ["shop-*"]],
            "rules": [
                ["effect": "allow", "actions": ["read"]],
                ["effect": "require_approval", "actions": ["write"], "approval": ["reviewers": ["dba"]]],
            ],
        ]
    }
}

/// A clock that stands still until it is moved.
final class TestClock: Sendable {
    private let time = Mutex(Timestamp(seconds: 1_790_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0.advanced(by: duration) }
    }
}
