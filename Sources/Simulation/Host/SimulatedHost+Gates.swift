import Execution
import Model

extension SimulatedHost {
    /// Whether a gate of a step holds at this moment.
    func gateHolds(_ id: String, _ gate: Int) -> Bool {
        guard let index = runbook.index[id] else { return false }
        let step = runbook.steps[index]
        guard step.gates.indices.contains(gate) else { return false }
        let label = step.gates[gate].label
        if faults.barren > 0 {
            var random = SeededRandom(seed, "barren", id, label)
            if random.chance(faults.barren) { return false }
        }
        if faults.flaps > 0 {
            var random = SeededRandom(seed, "flap", id, label, number: Int(uptime / 2))
            if random.chance(faults.flaps) { return false }
        }
        // A step without a body asks about something that somebody else keeps up.
        if case .script = step.kind, step.isBodyEmpty { return true }
        guard let product = products[id] else { return false }
        var random = SeededRandom(seed, "delay", id, label)
        let since = product.since + random.skewed(0, 1.5)
        guard case .log = step.gates[gate].question else { return uptime >= since }
        // What a log shows is rotated away some time later.
        var rotation = SeededRandom(seed, "rotation", id, label, number: Int(product.since * 1000))
        return uptime >= since && (rotation.chance(40) || uptime < since + rotation.seconds(4, 40))
    }

    /// Whether the wanted state of a step is there already.
    func checkHolds(_ id: String) -> Bool { products[id].map { $0.since <= uptime } ?? false }

    /// What a step brought about is lost while nobody looks.
    func lapse(_ id: String) {
        guard let product = products[id] else { return }
        tell("lost: \(id)")
        if let serial = product.service { end(serial, .signal(9), leavesNote: false) }
        products[id] = nil
    }
}
