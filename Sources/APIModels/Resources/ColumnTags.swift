/// The tags of one column.
package struct ColumnTags: Hashable, Sendable, Codable {
    package var column: ColumnName
    package var tags: [String]

    package init(column: ColumnName, tags: [String]) {
        self.column = column
        self.tags = tags
    }
}

extension ColumnTags: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if tags.isEmpty { report(["tags"], InvalidValue("must name at least one tag", code: .outOfRange)) }
        TextCheck.terms(tags, at: ["tags"], maximumCount: 32, report)
    }
}

/// `PUT /v1/resources/{name}/columns`: all tagged columns of the resource.
package struct ColumnTagList: Hashable, Sendable, Codable {
    package var items: [ColumnTags]

    package init(items: [ColumnTags]) {
        self.items = items
    }
}

extension ColumnTagList: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if items.count > 20_000 {
            report(["items"], InvalidValue("must have at most 20000 entries", code: .tooLong))
        }
        var seen: Set<ColumnName> = []
        for (index, item) in items.enumerated() where !seen.insert(item.column).inserted {
            report(["items", "\(index)", "column"], InvalidValue("is listed twice", code: .duplicate))
        }
    }
}
