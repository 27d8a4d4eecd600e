import DAG
import Model

/// Runbooks for tests, made of short lines: `id stage < need need`.
enum Sample {
    /// A small zone: two servers, a bootstrap that needs both, a file, a service, a question.
    static let zone = runbook([
        "ca Ground", "notes Ground", "file:server.hcl Discovery < ca", "consul-1 Discovery < file:server.hcl ca",
        "consul-2 Discovery < file:server.hcl", "bootstrap Discovery < consul-1 consul-2",
        "prometheus Telemetry < bootstrap consul-1", "hand-over Telemetry < prometheus notes",
    ]) { step in
        switch step.id {
        case "file:server.hcl":
            step.kind = .file(FileSpec(path: Template("/etc/consul/server.hcl"), content: Template("x")))
            step.title = "Configuration of every server"
        case "consul-1", "consul-2":
            step.isService = true
            step.title = "Consul server \(step.id.suffix(1))"
            step.layer = "infra"
            step.component = "consul"
        case "bootstrap":
            step.isOnce = true
            step.title = "ACL bootstrap, whose management token is kept sealed in the state folder"
        case "notes": step.confirm = Template("Are they printed?")
        case "prometheus":
            step.references.append(
                Reference(relation: .monitors, text: "consul-1", place: place, targets: [3]))
        default: break
        }
    }

    static let place = Place(file: "zone.md", line: 1, column: 1)

    static func runbook(_ lines: [String], _ change: (inout Step) -> Void = { _ in }) -> Runbook {
        var steps: [Step] = []
        var index: [String: Int] = [:]
        var stages: [String] = []
        var edges: [Edge] = []
        for (position, line) in lines.enumerated() {
            let halves = line.split(separator: "<", maxSplits: 1)
            let words = halves[0].split(separator: " ").map(String.init)
            var step = Step(
                id: words[0], place: place, scope: 0, title: words[0], interpreter: .bash, directory: Template("/"))
            step.stage = words.dropFirst().joined(separator: " ")
            if !stages.contains(step.stage) { stages.append(step.stage) }
            let needs = halves.count > 1 ? halves[1].split(separator: " ").map(String.init) : []
            step.needs = needs.compactMap { index[$0] }.sorted()
            step.references = needs.map {
                Reference(relation: .needs, text: $0, place: place, targets: [index[$0]].compactMap(\.self))
            }
            edges += step.needs.map { Edge(from: $0, to: position) }
            change(&step)
            index[step.id] = position
            steps.append(step)
        }
        return Runbook(
            name: "zone", title: "The zone", scopes: [Scope(file: "zone.md", directory: "/", prefix: "", name: "zone")],
            steps: steps, graph: Graph(count: steps.count, edges: edges), index: index, pools: [:], stages: stages)
    }

    /// A layered runbook of `count` steps in `stages` stages, the same for the same numbers.
    static func large(_ count: Int, stages: Int) -> Runbook {
        var seed: UInt64 = 7
        func random(_ limit: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(limit))
        }
        let words = ["server", "token", "policy", "replica", "gateway", "canary", "certificate", "collector"]
        var lines: [String] = []
        var ids: [String] = []
        for index in 0..<count {
            let id = "\(words[random(words.count)])-\(index + 1)"
            let stage = index * stages / count
            var needs: Set<String> = []
            let reach = max(4, count / stages)
            for _ in 0..<min(index, 1 + random(3)) { needs.insert(ids[max(0, index - 1 - random(min(index, reach)))]) }
            lines.append("\(id) Stage \(stage + 1) of the zone < \(needs.sorted().joined(separator: " "))")
            ids.append(id)
        }
        return runbook(lines) { $0.title = "Bring up the \($0.id.split(separator: "-")[0]) and see that it answers" }
    }
}
