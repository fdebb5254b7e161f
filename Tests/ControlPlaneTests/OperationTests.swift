import APIModels
import Foundation
import HTTPTypes
import Testing
import Yams

@testable import ControlPlane

/// Routes, authorization and openapi.yaml say the same.
@Suite struct OperationTests {
    private enum Body { case none, optional, required }

    private struct Described {
        let id: String
        let query: [String]
        let path: [String]
        let security: [String]
        let takesIdempotencyKey: Bool
        let body: Body
        let statuses: [String]
    }

    private static func document() throws -> [String: Any] {
        let text = try String(contentsOfFile: TestControlPlane.repository + "/openapi.yaml", encoding: .utf8)
        return try #require(try Yams.load(yaml: text) as? [String: Any])
    }

    /// The operations of openapi.yaml by "GET /path".
    private static func described() throws -> [String: Described] {
        let document = try document()
        let components = try #require(document["components"] as? [String: Any])
        let shared = try #require(components["parameters"] as? [String: [String: Any]])
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        var result: [String: Described] = [:]
        for (path, operations) in paths {
            for (method, operation) in operations {
                let parameters = try (operation["parameters"] as? [[String: Any]] ?? []).map { parameter in
                    guard let reference = parameter["$ref"] as? String else { return parameter }
                    return try #require(shared[String(reference.split(separator: "/").last ?? "")])
                }
                func names(in place: String) -> [String] {
                    parameters.filter { $0["in"] as? String == place }.compactMap { $0["name"] as? String }
                }
                let security = operation["security"] as? [[String: Any]] ?? [["bearer": []]]
                result["\(method.uppercased()) \(path)"] = Described(
                    id: try #require(operation["operationId"] as? String), query: names(in: "query").sorted(),
                    path: names(in: "path").sorted(), security: security.flatMap(\.keys),
                    takesIdempotencyKey: names(in: "header").contains("Idempotency-Key"),
                    body: (operation["requestBody"] as? [String: Any]).map {
                        $0["required"] as? Bool == true ? .required : .optional
                    } ?? .none,
                    statuses: Array((operation["responses"] as? [String: Any] ?? [:]).keys))
            }
        }
        return result
    }

    @Test func everyRouteIsDescribedAndEveryDescriptionIsARoute() throws {
        let described = try Self.described()
        let routes = Operation.allCases.map { "\($0.shape.method.rawValue) \($0.shape.path)" }
        #expect(Set(routes) == Set(described.keys))
        #expect(Set(routes).count == routes.count)
        for operation in Operation.allCases {
            let entry = try #require(described["\(operation.shape.method.rawValue) \(operation.shape.path)"])
            #expect(entry.id == operation.rawValue)
            #expect(entry.query == operation.shape.query.sorted(), "query of \(operation)")
            let parameters = operation.shape.path.segments.compactMap { segment in
                if case .parameter(let name) = segment { name } else { nil }
            }
            #expect(entry.path == parameters.sorted(), "path of \(operation)")
            #expect(entry.takesIdempotencyKey == operation.isIdempotent, "idempotency of \(operation)")
        }
    }

    @Test func theDescriptionAsksForTheCallerThatTheTableAsksFor() throws {
        let described = try Self.described()
        for operation in Operation.allCases {
            let entry = try #require(described["\(operation.shape.method.rawValue) \(operation.shape.path)"])
            let expected: [String] =
                switch operation.access {
                case .open, .bodyToken: []
                case .authenticated, .roles: ["bearer"]
                case .agent: ["agentSignature"]
                }
            #expect(entry.security == expected, "security of \(operation)")
            if !expected.isEmpty { #expect(entry.statuses.contains("401") && entry.statuses.contains("403")) }
            switch operation.bodyRule {
            case .none: #expect(entry.body == .none, "body of \(operation)")
            case .json(_, let isRequired):
                #expect(entry.body == (isRequired ? .required : .optional), "\(operation)")
            case .bytes: #expect(entry.body == .required, "body of \(operation)")
            }
        }
    }

    @Test func everyReferenceInTheDescriptionLeadsSomewhere() throws {
        let document = try Self.document()
        func visit(_ node: Any) throws {
            if let object = node as? [String: Any] {
                if let reference = object["$ref"] as? String {
                    var target: Any? = document
                    for step in reference.split(separator: "/").dropFirst() {
                        target = (target as? [String: Any])?[String(step)]
                    }
                    #expect(target != nil, "\(reference)")
                }
                for value in object.values { try visit(value) }
            } else if let list = node as? [Any] {
                for value in list { try visit(value) }
            }
        }
        try visit(document)
    }

    private static func principal(_ roles: [Role]) -> Caller {
        .principal(
            Principal(id: PrincipalID(rawValue: 1), name: "somebody", kind: .human, groups: [], roles: roles))
    }

    @Test func theTableIsEnforcedForEveryKindOfCaller() throws {
        let agent = Caller.agent(AuthenticatedAgent(id: AgentID(rawValue: 1), name: "default"))
        for operation in Operation.allCases {
            func isAllowed(_ caller: Caller) -> Bool {
                (try? RequestPipeline.authorize(caller, for: operation.access)) != nil
            }
            let access = operation.access
            let isOpen = access == .open || access == .bodyToken
            #expect(isAllowed(.anonymous) == isOpen, "\(operation)")
            #expect(isAllowed(agent) == (isOpen || access == .agent), "\(operation)")
            #expect(isAllowed(Self.principal([])) == (isOpen || access == .authenticated), "\(operation)")
            for role in Role.allCases {
                let expected =
                    if case .roles(let roles) = access { roles.contains(role) } else { access != .agent }
                #expect(isAllowed(Self.principal([role])) == expected, "\(operation) as \(role)")
            }
        }
    }

    /// What changes something is not for those who only read.
    @Test func auditorsChangeNothing() {
        for operation in Operation.allCases where operation.shape.method != .get {
            guard case .roles(let roles) = operation.access else { continue }
            #expect(!roles.contains(.auditor), "\(operation)")
        }
    }
}
