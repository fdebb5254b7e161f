import APIModels
import Crypto
import HTTPTypes
import PostgresClient
import Testing

@testable import ControlPlane

@Suite struct AuditTests {
    @Test func everyChangeIsAnEventOfOneChain() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        _ = try await plane.makeAccount("cursor", groups: [], by: admin)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let name = "p-\(number)"
                    _ = try await plane.send(
                        .put, "/v1/policies/\(name)", TestControlPlane.policy(name), as: admin)
                }
            }
            try await group.waitForAll()
        }
        let rows = try await plane.services.database.query(
            "SELECT sequence, payload, previous_hash, hash FROM audit_events ORDER BY sequence")
        #expect(rows.count == 12)
        var previous = [UInt8](repeating: 0, count: 32)
        for (index, row) in rows.enumerated() {
            let sequence: Int64 = try row.get("sequence")
            #expect(sequence == Int64(index + 1))
            #expect(try row.get("previous_hash", as: PostgresBytes.self).bytes == previous)
            let number = withUnsafeBytes(of: sequence.bigEndian) { Array($0) }
            let hash = SHA256.hash(
                data: previous + number + Array(try row.get("payload", as: String.self).utf8))
            previous = try row.get("hash", as: PostgresBytes.self).bytes
            #expect(Array(hash) == previous)
        }
        let events: Page<AuditEvent> = try await plane.send(
            .get, "/v1/audit/events?action=policy.create&page_size=3", as: admin
        ).decode()
        #expect(events.items.count == 3)
        #expect(events.items.allSatisfy { $0.payload.actor.name == "admin" && $0.payload.requestID != nil })
        #expect(events.nextPageToken != nil)
    }

    @Test func theLogCannotBeChanged() async throws {
        let (plane, _) = try await TestControlPlane.make()
        let database = plane.services.database
        await #expect(throws: PostgresError.self) {
            try await database.execute("UPDATE audit_events SET payload = ''")
        }
        await #expect(throws: PostgresError.self) { try await database.execute("DELETE FROM audit_events") }
        await #expect(throws: PostgresError.self) { try await database.execute("TRUNCATE audit_events") }
    }

    @Test func whatFailsLeavesNoEvent() async throws {
        let (plane, admin) = try await TestControlPlane.make()
        let count: SQL = "SELECT count(*) AS count FROM audit_events"
        let before: Int = try await plane.services.database.first(count)?.get("count") ?? 0
        _ = try await plane.send(
            .post, "/v1/service-accounts", ["name": "admin", "kind": "human"], as: admin)
        #expect(try await plane.services.database.first(count)?.get("count") == before)
    }
}
