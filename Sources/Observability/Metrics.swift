import Synchronization

/// A number that only grows. Safe from any thread, without locks.
package final class Counter: Sendable, Metric {
    private let value = Atomic<UInt64>(0)

    init() {}

    /// - Parameter amount: not negative.
    package func increment(by amount: Int = 1) {
        value.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    package var current: UInt64 { value.load(ordering: .relaxed) }

    func render(name: String, labels: LabelSet, into text: inout String) {
        text += "\(name)\(labels.braced()) \(current)\n"
    }
}

/// A whole number that goes up and down. Safe from any thread, without locks.
package final class Gauge: Sendable, Metric {
    private let value = Atomic<Int64>(0)

    init() {}

    package func add(_ amount: Int64) {
        value.wrappingAdd(amount, ordering: .relaxed)
    }

    package func set(_ newValue: Int64) {
        value.store(newValue, ordering: .relaxed)
    }

    package var current: Int64 { value.load(ordering: .relaxed) }

    func render(name: String, labels: LabelSet, into text: inout String) {
        text += "\(name)\(labels.braced()) \(current)\n"
    }
}

/// A distribution over fixed buckets. Safe from any thread; observing takes an uncontended lock.
package final class Histogram: Sendable, Metric {
    /// Half a millisecond to ten seconds, for requests and queries.
    package static let latencySeconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    private struct State {
        var counts: [UInt64]
        var sum: Double = 0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(buckets: [Double]) {
        precondition(zip(buckets, buckets.dropFirst()).allSatisfy { $0 < $1 }, "histogram buckets ascend")
        bounds = buckets
        state = Mutex(State(counts: Array(repeating: 0, count: buckets.count + 1)))
    }

    package func observe(_ sample: Double) {
        let index = bounds.firstIndex { sample <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[index] += 1
            state.sum += sample
        }
    }

    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(Double(seconds) + Double(attoseconds) * 1e-18)
    }

    func render(name: String, labels: LabelSet, into text: inout String) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var cumulative: UInt64 = 0
        for (index, count) in counts.enumerated() {
            cumulative += count
            let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
            text += "\(name)_bucket\(labels.braced(adding: "le=\"\(bound)\"")) \(cumulative)\n"
        }
        text += "\(name)_sum\(labels.braced()) \(sum)\n\(name)_count\(labels.braced()) \(cumulative)\n"
    }
}
