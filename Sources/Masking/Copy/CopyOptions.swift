/// How a COPY TO STDOUT writes its rows (manual, COPY, "File Formats"). The statement says it; the wire tells only text
/// from binary.
package enum CopyOptions: Sendable, Equatable {
    case text(delimiter: UInt8, null: [UInt8], hasHeader: Bool)
    case csv(delimiter: UInt8, null: [UInt8], hasHeader: Bool, quote: UInt8, escape: UInt8)
    case binary

    /// FORMAT text without options.
    package static let text = CopyOptions.text(delimiter: 0x09, null: Array(#"\N"#.utf8), hasHeader: false)
    /// FORMAT csv without options.
    package static let csv = CopyOptions.csv(
        delimiter: UInt8(ascii: ","), null: [], hasHeader: false, quote: UInt8(ascii: "\""),
        escape: UInt8(ascii: "\""))
}
