internal import DAG

/// How a drawing is laid out to be read on a page as narrow as those of Git hosts, which make it fit.
extension GraphModel {
    /// The widest drawing, in pixels at full size, whose text can still be read once it is made to fit about 1,000.
    static let mostWidth = 1600

    /// Downwards with titles where that is narrow enough, else to the right, else the same with ids alone; the
    /// narrowest of these where none is.
    ///
    /// - Returns: the model, and its width in pixels by a rough estimate.
    func arranged() -> (model: GraphModel, width: Int) {
        var best: (model: GraphModel, width: Int)?
        let ranks = ranks()
        for hasTitles in [true, false] {
            for direction in [Direction.down, .right] {
                var model = self
                model.direction = direction
                if !hasTitles {
                    for index in nodes.indices where nodes[index].kind != .group {
                        model.nodes[index].title = nodes[index].id
                    }
                }
                let width = model.width(ranks)
                if width <= Self.mostWidth { return (model, width) }
                if width < best?.width ?? .max { best = (model, width) }
            }
        }
        return best ?? (self, 0)
    }

    /// The row of each node, or its column in a drawing to the right.
    private func ranks() -> [Int] {
        var ordered = edges.filter(\.isOrder)
        let isCyclic = order.topologicalOrder() == nil
        // Groups may need each other; what points back in the text does not push anything further then.
        if isCyclic { ordered.removeAll { $0.from >= $0.to && !nodes[$0.from].isStub } }
        let graph = Graph(count: nodes.count, edges: ordered.map { DAG.Edge(from: $0.from, to: $0.to) })
        return graph.waveIndices().map { max(0, $0) }
    }

    private func width(_ ranks: [Int]) -> Int {
        let count = (ranks.max() ?? 0) + 1
        let widths = nodes.map { node in (GraphLabel.lines(node).map(\.count).max() ?? 0) * 8 + 30 }
        var rows = [Int](repeating: 0, count: count)
        var columns = rows
        for (node, rank) in ranks.enumerated() {
            rows[rank] += widths[node] + 50
            columns[rank] = max(columns[rank], widths[node] + 50)
        }
        guard direction == .down else { return columns.reduce(0, +) }
        // An edge that passes a row takes room in it.
        for edge in edges {
            let ends = (ranks[edge.from], ranks[edge.to])
            guard ends.1 > ends.0 + 1 else { continue }
            for rank in (ends.0 + 1)..<ends.1 { rows[rank] += 30 }
        }
        return rows.max() ?? 0
    }
}
