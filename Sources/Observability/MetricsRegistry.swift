import Synchronization

/// The metrics of one process, rendered as Prometheus text (exposition format 0.0.4).
///
/// Names carry their unit as the last word before `_total`: `_seconds`, `_bytes`, or a plain noun that is counted.
/// Asking twice for the same name and labels gives the same metric. A name that was registered as another kind is a
/// programming error and traps.
package final class MetricsRegistry: Sendable {
    package typealias Labels = KeyValuePairs<String, String>

    private let families = Mutex<[String: MetricFamily]>([:])

    package init() {}

    /// A number that only grows. `name` ends in `_total`.
    package func counter(_ name: String, help: String, labels: Labels = [:]) -> Counter {
        precondition(name.hasSuffix("_total"), "a counter's name ends in _total: \(name)")
        return metric(name, help: help, labels: labels, kind: "counter") { Counter() }
    }

    /// A number that goes up and down.
    package func gauge(_ name: String, help: String, labels: Labels = [:]) -> Gauge {
        metric(name, help: help, labels: labels, kind: "gauge") { Gauge() }
    }

    /// A distribution. `name` ends in its unit, `_seconds` or `_bytes`; `buckets` are ascending upper bounds in that unit.
    package func histogram(
        _ name: String, help: String, labels: Labels = [:], buckets: [Double] = Histogram.latencySeconds
    ) -> Histogram {
        precondition(
            name.hasSuffix("_seconds") || name.hasSuffix("_bytes"),
            "a histogram's name ends in its unit: \(name)")
        return metric(name, help: help, labels: labels, kind: "histogram") { Histogram(buckets: buckets) }
    }

    /// A gauge whose value is asked for at each rendering. Registering the name and labels again replaces the closure.
    package func gauge(
        _ name: String, help: String, labels: Labels = [:], read: @escaping @Sendable () -> Double
    ) {
        families.withLock { families in
            families[name, default: MetricFamily(kind: "gauge", help: help)].metrics[LabelSet(labels)] =
                ComputedGauge(read: read)
        }
    }

    /// All metrics in name order, as `text/plain; version=0.0.4`.
    package func render() -> String {
        let snapshot = families.withLock { $0 }
        var text = ""
        for (name, family) in snapshot.sorted(by: { $0.key < $1.key }) {
            text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind)\n"
            for (labels, metric) in family.metrics.sorted(by: { $0.key.text < $1.key.text }) {
                metric.render(name: name, labels: labels, into: &text)
            }
        }
        return text
    }

    private func metric<M: Metric>(
        _ name: String, help: String, labels: Labels, kind: String, make: () -> M
    ) -> M {
        let labels = LabelSet(labels)
        let existing: any Metric = families.withLock { families in
            let family = families[name]
            if let found = family?.metrics[labels] { return found }
            let made = make()
            precondition(family == nil || family?.kind == kind, "metric \(name) registered as two kinds")
            families[name, default: MetricFamily(kind: kind, help: help)].metrics[labels] = made
            return made
        }
        guard let typed = existing as? M else {
            preconditionFailure("metric \(name) registered as two kinds")
        }
        return typed
    }
}

private struct MetricFamily {
    let kind: String
    let help: String
    var metrics: [LabelSet: any Metric] = [:]
}

/// Labels as they are printed, without the braces: `method="GET",status="200"`.
struct LabelSet: Hashable, Sendable {
    let text: String

    init(_ labels: MetricsRegistry.Labels) {
        text = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    }

    /// `{a="1"}`, `{a="1",le="0.5"}` or nothing.
    func braced(adding extra: String = "") -> String {
        let parts = [text, extra].filter { !$0.isEmpty }
        return parts.isEmpty ? "" : "{" + parts.joined(separator: ",") + "}"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for character in value {
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
        return result
    }
}

protocol Metric: Sendable {
    func render(name: String, labels: LabelSet, into text: inout String)
}

struct ComputedGauge: Metric {
    let read: @Sendable () -> Double

    func render(name: String, labels: LabelSet, into text: inout String) {
        text += "\(name)\(labels.braced()) \(read())\n"
    }
}
