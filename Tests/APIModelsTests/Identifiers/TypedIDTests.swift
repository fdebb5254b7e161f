import Testing

@testable import APIModels

@Suite struct TypedIDTests {
    private let time = Timestamp(milliseconds: 1_763_719_000_123)

    @Test func isAUUIDOfVersion7() throws {
        let id = ResourceID(at: time, random: .max)
        let text = id.uuidText
        #expect(Array(text)[14] == "7")
        #expect(Array(text)[19] == "b")
        #expect(id.time == time)
        #expect(ResourceID(uuidText: text) == id)
    }

    @Test func hasOneText() throws {
        let id = ResourceID(at: time, random: 0x1234_5678_9ABC_DEF0_1234_5678_9ABC_DEF0)
        #expect(id.description.hasPrefix("res_0"))
        #expect(id.description.count == 30)
        #expect(ResourceID(id.description) == id)
        #expect(ResourceID(bytes: id.bytes) == id)
        #expect(ResourceID(id.description.uppercased()) == nil)
        #expect(PolicyID(id.description) == nil)
        #expect(ResourceID("res_" + String(repeating: "z", count: 26)) == nil)
        #expect(ResourceID("res_0") == nil)
    }

    @Test func sortsByTime() {
        let earlier = SessionID(at: time, random: .max)
        let later = SessionID(at: time.advanced(by: .milliseconds(1)), random: 0)
        #expect(earlier < later)
        #expect(earlier.description < later.description)
    }

    @Test func apiKeysHaveOneForm() throws {
        let key = try #require(
            APIKeyText(id: KeyID(at: time, random: 7), secret: [UInt8](repeating: 0xA5, count: 32)))
        let text = key.text.reveal()
        #expect(text.utf8.count == 73)
        #expect(APIKeyText(parsing: text)?.id == key.id)
        #expect(APIKeyText(parsing: text + "x") == nil)
        #expect(APIKeyText(parsing: String(text.dropLast())) == nil)
        #expect(APIKeyText(id: key.id, secret: []) == nil)
        #expect("\(key)".contains("[redacted]"))
    }
}
