/// How log lines are written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// One JSON object per line, for collectors.
    case json
    /// One aligned line per event, for a person at a terminal.
    case human
}
