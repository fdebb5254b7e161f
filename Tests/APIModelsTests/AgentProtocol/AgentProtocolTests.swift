import Testing

@testable import APIModels

@Suite struct AgentProtocolTests {
    private let agent = AgentID(at: Timestamp(seconds: 1), random: 5)

    private func event(_ text: String) throws(JSONDecodingFailure) -> AgentEvent {
        try JSON.decode(AgentEvent.self, from: Array(text.utf8))
    }

    @Test func readsEveryEvent() throws {
        #expect(try event(#"{"type":"ping"}"#) == .ping)
        let empty = AgentConfiguration(resources: [], policies: [], principals: [], grants: [])
        #expect(
            try event(#"{"type":"snapshot","revision":12,"configuration":{}}"#)
                == .snapshot(revision: 12, empty))
        #expect(
            try event(#"{"type":"changed","revision":13,"upserted":{},"removed":{}}"#)
                == .changed(revision: 13, upserted: empty, removed: .none))
        let id = AgentRequestID(at: Timestamp(seconds: 1), random: 1)
        let session = SessionID(at: Timestamp(seconds: 1), random: 2)
        let terminate = AgentEvent.request(
            id, .terminate(AgentTerminateRequest(sessionID: session, reason: "r")))
        #expect(try JSON.decode(AgentEvent.self, from: JSON.encode(terminate)) == terminate)
        #expect(throws: JSONDecodingFailure.self) { try event(#"{"type":"request","request_id":"\#(id)"}"#) }
        #expect(throws: JSONDecodingFailure.self) { try event(#"{"type":"reboot"}"#) }
    }

    @Test func theBearerHasOneForm() throws {
        let bearer = AgentBearer(
            agentID: agent, unixSeconds: 1000, signature: [UInt8](repeating: 9, count: 64))
        #expect(AgentBearer(parsing: bearer.text) == bearer)
        #expect(AgentBearer(parsing: bearer.text.replacing(".1000.", with: ".01000.")) == nil)
        #expect(AgentBearer(parsing: bearer.text + "A") == nil)
        #expect(AgentBearer(parsing: "spa." + bearer.text) == nil)
        #expect(String(decoding: bearer.signedText, as: UTF8.self) == "sallyport-agent-v1\n\(agent)\n1000")
    }

    @Test func theBearerExpires() {
        let bearer = AgentBearer(agentID: agent, unixSeconds: 1000, signature: [])
        #expect(bearer.isTimely(at: Timestamp(seconds: 1300)))
        #expect(bearer.isTimely(at: Timestamp(seconds: 700)))
        #expect(!bearer.isTimely(at: Timestamp(seconds: 1301)))
        #expect(!bearer.isTimely(at: Timestamp(seconds: 699)))
        #expect(
            !AgentBearer(agentID: agent, unixSeconds: .min, signature: []).isTimely(at: Timestamp(seconds: 1))
        )
    }
}
