import Foundation
import Testing

@testable import SQLInspection

/// Texts that are short and would be long work.
struct BoundTests {
    @Test func refusesColumnsThatDoubleWithEveryLevel() {
        var text = "WITH t0 AS (SELECT 1 AS a)"
        for level in 1...40 { text += ", t\(level) AS (SELECT * FROM t\(level - 1) x, t\(level - 1) y)" }
        #expect(throws: InspectionFailure.tooComplex("more than 1664 columns")) {
            try inspect(text + " SELECT 1")
        }
    }

    @Test func endsRecursionInsideRecursion() throws {
        var text = "SELECT 1 AS a"
        for level in 0..<30 {
            text =
                "WITH RECURSIVE r\(level) AS (\(text) UNION ALL SELECT a FROM r\(level)) SELECT a FROM r\(level)"
        }
        #expect(try inspect(text).actions == .read)
    }

    @Test func foldsNestedCasesInOnePass() throws {
        var condition = "true"
        for _ in 0..<80 { condition = "CASE WHEN a THEN \(condition) ELSE true END" }
        #expect(
            try inspect("DELETE FROM order_items WHERE \(condition)").statements[0].whereClause == .tautology)
    }

    @Test func takesLongConditions() throws {
        let condition = (0..<3_000).map { "order_id = \($0)" }.joined(separator: " OR ")
        #expect(
            try inspect("DELETE FROM order_items WHERE \(condition)").statements[0].whereClause == .present)
    }

    @Test(arguments: [
        "SELECT 1" + String(repeating: " + 1", count: 990),
        "SELECT 1" + String(repeating: " UNION SELECT 1", count: 990),
        "SELECT 1 FROM orders" + String(repeating: " CROSS JOIN orders", count: 990),
        "SELECT " + String(repeating: "(SELECT ", count: 190) + "1" + String(repeating: ")", count: 190),
        "SELECT " + String(repeating: "CASE WHEN true THEN ", count: 190) + "1"
            + String(repeating: " END", count: 190),
        "SELECT " + String(repeating: "upper(", count: 190) + "'a'" + String(repeating: ")", count: 190),
    ])
    func walksTheDeepestThatThePreScanTakes(_ text: String) async {
        #expect(await onDeepStack { (try? inspect(text)) != nil })
    }

    /// On a thread with the stack that the agent's inspection threads have.
    private func onDeepStack(_ body: @escaping @Sendable () -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: body()) }
            thread.stackSize = 32 << 20
            thread.start()
        }
    }
}
