/// How a COPY writes or reads its rows, as its options say (manual, COPY, "Parameters").
package struct CopyLayout: Sendable, Hashable {
    package enum Format: Sendable, Hashable { case text, csv, binary }

    package var format = Format.text
    /// Nil where the format's own is meant.
    package var delimiter: UInt8?
    package var null: String?
    package var quote: UInt8?
    package var escape: UInt8?
    package var hasHeader = false
    /// Every option was understood, and the text is in UTF-8: the rows can be taken apart.
    package var isReadable = true

    package init() {}
}

/// What a COPY FROM STDIN reads.
package struct CopySource: Sendable, Hashable {
    package var layout: CopyLayout
    /// The columns that its fields are for, in their order.
    package var columns: [Lineage]
}
