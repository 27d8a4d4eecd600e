/// One dependency: node `to` needs node `from`, so `from` comes first.
package struct Edge: Hashable, Comparable, Sendable {
    package let from: Int
    package let to: Int

    package init(from: Int, to: Int) {
        self.from = from
        self.to = to
    }

    /// By `from`, then by `to`: the order in which every list of edges is given.
    package static func < (left: Edge, right: Edge) -> Bool {
        left.from != right.from ? left.from < right.from : left.to < right.to
    }
}
