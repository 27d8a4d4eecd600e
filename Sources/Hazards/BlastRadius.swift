import DAG
import Model

/// W305: components whose failure takes most of the zone along.
extension HazardAnalysis {
    /// Runbooks smaller than this are not judged: half of a handful says nothing.
    private static let leastSteps = 6

    mutating func lookForBlastRadius() {
        guard runbook.steps.count >= Self.leastSteps else { return }
        let components = runbook.components
        // What is only needed while bringing up cannot fail later: a component counts when it runs or is used.
        var isLasting = runbook.steps.map(\.isService)
        for step in runbook.steps {
            for reference in step.references where reference.relation == .uses {
                for target in reference.targets { isLasting[target] = true }
            }
        }
        let judged = components.filter { component in component.steps.contains { isLasting[$0] } }
        let counts = dependencies.graph.reachCounts(of: judged.map(\.steps))
        for (component, count) in zip(judged, counts) where count * 2 > runbook.steps.count {
            guard hasRoom(for: .blastRadius), let first = component.steps.first else {
                omit(.blastRadius)
                continue
            }
            let reached = dependencies.graph.descendants(of: component.steps)
            var hazard = Hazard(
                .blastRadius, steps: component.steps, place: runbook.steps[first].place,
                message: "\(count) of \(runbook.steps.count) steps fail with the component `\(component.name)`")
            hazard.failing = NodeSet(capacity: runbook.steps.count, component.steps + Array(reached)).sorted()
            hazard.path = farthest(from: component.steps)
            add(hazard)
        }
    }

    /// The longest of the shortest ways out of the component: how far its failure goes.
    private func farthest(from members: [Int]) -> [Hazard.Link] {
        var parent = [Int](repeating: -1, count: runbook.steps.count)
        var queue = members
        for member in members { parent[member] = member }
        var next = 0
        while next < queue.count {
            let node = queue[next]
            for successor in dependencies.graph.successors(of: node) where parent[successor] < 0 {
                parent[successor] = node
                queue.append(successor)
            }
            next += 1
        }
        guard var node = queue.last else { return [] }
        var way = [node]
        while parent[node] != node {
            node = parent[node]
            way.append(node)
        }
        return dependencies.links(way)
    }
}

/// Steps that belong together by their `component`.
package struct Component: Sendable {
    package var name: String
    /// Indices into `Runbook.steps`, sorted.
    package var steps: [Int]
}

extension Runbook {
    /// The components named by steps, in the order of their first step.
    package var components: [Component] {
        var index: [String: Int] = [:]
        var components: [Component] = []
        for (position, step) in steps.enumerated() {
            guard let name = step.component else { continue }
            if let known = index[name] {
                components[known].steps.append(position)
            } else {
                index[name] = components.count
                components.append(Component(name: name, steps: [position]))
            }
        }
        return components
    }
}
