import Testing

@testable import Observability

@Suite struct TraceContextTests {
    private let random = TraceContext.Random(0x0123_4567_89AB_CDEF, 0, 2)

    @Test func continuesATrace() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let context = TraceContext(traceparent: parent, random: random)
        #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
        #expect(context.parentID == "00f067aa0ba902b7")
        #expect(context.spanID == "0000000000000003")
        #expect(context.isSampled)
    }

    @Test func takesLaterVersions() {
        let parent = "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more"
        #expect(TraceContext(traceparent: parent, random: random).parentID == "00f067aa0ba902b7")
    }

    @Test(arguments: [
        nil, "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
    ])
    func beginsATraceWhenThereIsNone(_ parent: String?) {
        let context = TraceContext(traceparent: parent, random: random)
        #expect(context.traceID == "0123456789abcdef0000000000000001")
        #expect(context.parentID == nil)
    }
}
