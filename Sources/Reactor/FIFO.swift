/// First in, first out, without moving what waits at each step.
package struct FIFO<Element> {
    private var incoming: [Element] = []
    private var outgoing: [Element] = []

    package init() {}

    package var count: Int { incoming.count + outgoing.count }

    package mutating func append(_ element: Element) { incoming.append(element) }

    package mutating func popFirst() -> Element? {
        if outgoing.isEmpty {
            swap(&incoming, &outgoing)
            outgoing.reverse()
        }
        return outgoing.popLast()
    }
}

extension FIFO: Sendable where Element: Sendable {}
