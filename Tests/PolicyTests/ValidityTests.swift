import APIModels
import Policy
import Testing

@Suite struct ValidityTests {
    private typealias F = Fixtures

    private func allows(_ valid: String, at text: String) throws -> Bool {
        let policy = try F.policy(rules: #"{"effect": "allow"}"#, extra: #", "valid": \#(valid)"#)
        return try F.decide(F.facts(.read), policy, at: Timestamp(text: text)).outcome == .allow
    }

    private func window(_ days: String, _ from: String, _ to: String, _ zone: String = "Europe/Paris")
        -> String
    {
        #"{"weekly": [{"days": [\#(days)], "from": "\#(from)", "to": "\#(to)", "time_zone": "\#(zone)"}]}"#
    }

    @Test func holdsWithinItsBounds() throws {
        let valid = #"{"not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z"}"#
        #expect(try !allows(valid, at: "2025-12-31T23:59:59.999Z"))
        #expect(try allows(valid, at: "2026-01-01T00:00:00Z"))
        #expect(try allows(valid, at: "2026-12-31T23:59:59.999Z"))
        #expect(try !allows(valid, at: "2027-01-01T00:00:00Z"))
    }

    @Test func holdsInItsWeeklyWindowsInTheirTimeZone() throws {
        let office = window(#""mon", "tue", "wed", "thu", "fri""#, "09:00", "18:00")
        // Winter: UTC+1. 2026-01-05 is a Monday.
        #expect(try !allows(office, at: "2026-01-05T07:59:59Z"))
        #expect(try allows(office, at: "2026-01-05T08:00:00Z"))
        #expect(try allows(office, at: "2026-01-05T16:59:59Z"))
        #expect(try !allows(office, at: "2026-01-05T17:00:00Z"))
        #expect(try !allows(office, at: "2026-01-04T12:00:00Z"))
        // Summer: UTC+2. 2026-07-06 is a Monday.
        #expect(try allows(office, at: "2026-07-06T07:00:00Z"))
        #expect(try !allows(office, at: "2026-07-06T16:00:00Z"))
    }

    @Test func aWindowMayRunIntoTheNextDay() throws {
        let night = window(#""fri""#, "22:00", "06:00", "America/New_York")
        // 2026-01-09 is a Friday; New York is UTC-5.
        #expect(try allows(night, at: "2026-01-10T03:00:00Z"))
        #expect(try allows(night, at: "2026-01-10T10:59:59Z"))
        #expect(try !allows(night, at: "2026-01-10T11:00:00Z"))
        #expect(try !allows(night, at: "2026-01-09T10:59:59Z"))
        #expect(try !allows(night, at: "2026-01-11T03:00:00Z"))
    }

    @Test func aWindowMayLastTheWholeDay() throws {
        let sunday = window(#""sun""#, "00:00", "24:00", "Asia/Kolkata")
        // 2026-01-04 is a Sunday; Kolkata is UTC+5:30.
        #expect(try !allows(sunday, at: "2026-01-03T18:29:59Z"))
        #expect(try allows(sunday, at: "2026-01-03T18:30:00Z"))
        #expect(try allows(sunday, at: "2026-01-04T18:29:59Z"))
        #expect(try !allows(sunday, at: "2026-01-04T18:30:00Z"))
    }

    @Test func boundsAndWindowsHoldTogether() throws {
        let valid =
            #"{"not_after": "2026-01-06T00:00:00Z", "#
            + window(#""mon", "tue""#, "00:00", "24:00", "UTC").dropFirst()
        #expect(try allows(valid, at: "2026-01-05T12:00:00Z"))
        #expect(try !allows(valid, at: "2026-01-06T12:00:00Z"))
    }

    @Test func oneCompiledSetSeesTimeGoOn() throws {
        let policy = try F.policy(
            rules: #"{"effect": "allow"}"#,
            extra: #", "valid": \#(window(#""mon""#, "09:00", "10:00", "UTC"))"#)
        let applicable = try F.applicable([policy])
        let outcomes = try ["08:59", "09:00", "10:00"].map { clock in
            applicable.decide(F.facts(.read), at: try Timestamp(text: "2026-01-05T\(clock):00Z")).outcome
        }
        #expect(outcomes == [.deny, .allow, .deny])
    }

    @Test func anUnknownTimeZoneIsNotCompiled() throws {
        let policy = try F.policy(
            rules: #"{"effect": "deny"}"#,
            extra: #", "valid": \#(window(#""mon""#, "09:00", "10:00", "Mars/Olympus"))"#)
        #expect(throws: PolicyCompilationError.unknownTimeZone(policy: "p", timeZone: "Mars/Olympus")) {
            try PolicySet([policy], revision: 1)
        }
        #expect(PolicySet.check(policy.spec).map(\.pointer) == ["/valid/weekly/0/time_zone"])
    }

    @Test func twoPoliciesOfOneNameAreNotCompiled() throws {
        let policy = try F.policy(rules: #"{"effect": "deny"}"#)
        #expect(throws: PolicyCompilationError.duplicateName("p")) {
            try PolicySet([policy, policy], revision: 1)
        }
    }
}
