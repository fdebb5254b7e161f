import Observability
import Testing

@Suite struct MetricsRegistryTests {
    @Test func rendersPrometheusText() {
        let registry = MetricsRegistry()
        registry.counter("requests_total", help: "Requests.", labels: ["status": "200"]).increment(by: 2)
        registry.counter("requests_total", help: "Requests.", labels: ["status": "a\"b\\c\nd"]).increment()
        registry.gauge("connections", help: "Open ones.").add(3)
        registry.gauge("computed", help: "Asked for.") { 1.5 }
        #expect(
            registry.render() == """
                # HELP computed Asked for.
                # TYPE computed gauge
                computed 1.5
                # HELP connections Open ones.
                # TYPE connections gauge
                connections 3
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{status="200"} 2
                requests_total{status="a\\"b\\\\c\\nd"} 1

                """)
    }

    @Test func histogramBucketsAreCumulative() {
        let registry = MetricsRegistry()
        let histogram = registry.histogram("wait_seconds", help: "Waiting.", buckets: [0.1, 1])
        for sample in [0.0625, 0.5, 7] { histogram.observe(sample) }
        histogram.observe(.milliseconds(250))
        #expect(
            registry.render() == """
                # HELP wait_seconds Waiting.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.1"} 1
                wait_seconds_bucket{le="1.0"} 3
                wait_seconds_bucket{le="+Inf"} 4
                wait_seconds_sum 7.8125
                wait_seconds_count 4

                """)
    }

    @Test func theSameNameAndLabelsAreTheSameMetric() {
        let registry = MetricsRegistry()
        let first = registry.counter("a_total", help: "A.", labels: ["x": "1"])
        let second = registry.counter("a_total", help: "A.", labels: ["x": "1"])
        first.increment()
        #expect(second.current == 1)
    }
}
