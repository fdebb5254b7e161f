package import Logging

/// A swift-log backend that writes each event as one line.
///
/// The line is made first and written with a single call to its `sink`, so lines of different threads never mix.
/// What is hostile in a value (line breaks, control characters, quotes) is escaped in both formats.
package struct LineLogHandler: LogHandler {
    package typealias Sink = @Sendable (_ line: String) -> Void

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let clock: @Sendable () -> LogTime
    private let sink: Sink

    package init(
        label: String, format: LogFormat, level: Logger.Level,
        clock: @escaping @Sendable () -> LogTime = LogTime.now,
        sink: @escaping Sink = LogOutput.standardError
    ) {
        self.label = label
        self.format = format
        self.logLevel = level
        self.clock = clock
        self.sink = sink
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var merged = metadata
        if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
        if let own = event.metadata { merged.merge(own) { _, new in new } }
        if let error = event.error { merged["error"] = "\(error)" }
        let line =
            switch format {
            case .json:
                LogLine.json(
                    time: clock(), level: event.level, label: label, message: event.message.description,
                    merged)
            case .human:
                LogLine.human(
                    time: clock(), level: event.level, label: label, message: event.message.description,
                    merged)
            }
        sink(line)
    }
}

/// The process-wide logging setup.
package enum Logs {
    /// Makes every `Logger` of the process write to standard error in `format`. To be called once, first thing in `main`.
    package static func bootstrap(format: LogFormat, level: Logger.Level) {
        LoggingSystem.bootstrap { label in LineLogHandler(label: label, format: format, level: level) }
    }
}
