import APIModels
import HTTP
import HTTPTypes
import Logging
import Observability
import Reactor
import Synchronization

/// One log line and one count for each request.
final class AccessLog: Sendable {
    /// What the pipeline knows of a request once it is answered.
    struct Entry: Sendable {
        let id: RequestID
        let operation: Operation?
        let caller: Caller?
        let status: Int
        let elapsed: Duration
    }

    private struct CounterKey: Hashable {
        let operation: Operation?
        let status: Int
    }

    private let logger = Logger(label: "sallyport.access")
    private let metrics: MetricsRegistry
    /// Failures have theirs in any case.
    private let writesLines: Bool
    private let durations: [Operation?: Histogram]
    /// Remembered, since looking one up by its labels costs more than counting.
    private let counters = Mutex<[CounterKey: Counter]>([:])

    init(metrics: MetricsRegistry, writesLines: Bool) {
        self.metrics = metrics
        self.writesLines = writesLines
        let operations: [Operation?] = Operation.allCases + [nil]
        durations = Dictionary(
            uniqueKeysWithValues: operations.map { operation in
                let histogram = metrics.histogram(
                    "sallyport_http_request_duration_seconds",
                    help: "From the head of a request to the head of its answer.",
                    labels: ["operation": Self.name(operation)])
                return (operation, histogram)
            })
    }

    /// - Parameter trace: makes the context of a `traceparent`; asked only when there is a line to write.
    func record(
        _ entry: Entry, of request: HTTPServerRequest, trace: (_ traceparent: String?) -> TraceContext
    ) {
        counter(CounterKey(operation: entry.operation, status: entry.status)).increment()
        durations[entry.operation]?.observe(entry.elapsed)
        guard writesLines || entry.status >= 500 else { return }
        logger.log(
            level: Self.level(entry), "request",
            metadata: Self.metadata(entry, of: request, trace(request.head.headerFields[.traceParent])))
    }

    private func counter(_ key: CounterKey) -> Counter {
        counters.withLock { counters in
            if let counter = counters[key] { return counter }
            let counter = metrics.counter(
                "sallyport_http_requests_total", help: "Requests answered.",
                labels: ["operation": Self.name(key.operation), "status": "\(key.status)"])
            counters[key] = counter
            return counter
        }
    }

    /// What probes ask every few seconds is not worth a line.
    private static func level(_ entry: Entry) -> Logger.Level {
        if entry.status >= 500 { return .warning }
        switch entry.operation {
        case .getHealth, .getReadiness, .getMetrics: return .debug
        default: return .info
        }
    }

    private static func metadata(
        _ entry: Entry, of request: HTTPServerRequest, _ trace: TraceContext
    ) -> Logger.Metadata {
        let microseconds = entry.elapsed.wholeNanoseconds / 1_000
        return [
            "request_id": "\(entry.id)", "trace_id": "\(trace.traceID)",
            "span_id": "\(trace.spanID)",
            "parent_id": "\(trace.parentID ?? "-")", "method": "\(request.head.method)",
            "path": "\(path(of: request))", "operation": "\(name(entry.operation))",
            "status": "\(entry.status)",
            "caller": "\(entry.caller?.actor.name ?? "-")", "peer": "\(request.peer)",
            "protocol": "\(request.version)", "duration_us": "\(microseconds)",
        ]
    }

    /// Without the query, which may hold what people search for; not longer than a line should be.
    private static func path(of request: HTTPServerRequest) -> Substring {
        (request.head.path ?? "").prefix { $0 != "?" }.prefix(256)
    }

    private static func name(_ operation: Operation?) -> String { operation?.rawValue ?? "none" }
}
