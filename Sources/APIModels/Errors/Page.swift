/// One page of a list. `next_page_token` is absent on the last.
package struct Page<Item: Codable & Sendable>: Sendable, Codable {
    package var items: [Item]
    package var nextPageToken: String?

    package init(items: [Item], nextPageToken: String? = nil) {
        self.items = items
        self.nextPageToken = nextPageToken
    }
}
