import DAG
import Model

/// W304 for secrets of the front matter: a secret is kept behind whatever answers at the address its command names, or
/// writes the file it is read from; when that needs or uses the step which wants the secret, neither can start.
///
/// Only what is written down counts: an address is `HOST:PORT`, as in the command, against the gates of the steps; a
/// secret in the environment tells nothing about where it is kept.
extension HazardAnalysis {
    mutating func lookForSecretLoops() {
        let wanting = runbook.steps.indices.filter { !runbook.steps[$0].secrets.isEmpty }
        guard !wanting.isEmpty else { return }
        let keepers = SecretKeepers(runbook)
        var pairs: [Edge] = []
        var found: [(wanting: Int, secret: Secret, keeper: SecretKeepers.Keeper)] = []
        var known: [Int: [String: [SecretKeepers.Keeper]]] = [:]
        for position in wanting {
            let step = runbook.steps[position]
            for secret in runbook.scopes[step.scope].secrets where step.secrets.contains(secret.name) {
                let all = known[step.scope]?[secret.name] ?? keepers.keepers(of: secret, in: step.scope)
                known[step.scope, default: [:]][secret.name] = all
                for keeper in all {
                    pairs.append(Edge(from: position, to: keeper.step))
                    found.append((position, secret, keeper))
                }
            }
        }
        let answers = dependencies.graph.connects(pairs)
        for (index, isLoop) in answers.enumerated() where isLoop {
            let (position, secret, keeper) = found[index]
            guard hasRoom(for: .secretLoop) else {
                omit(.secretLoop)
                continue
            }
            let wants = dependencies.id(position)
            let behind = keeper.step == position ? "itself" : dependencies.id(keeper.step)
            let path =
                [
                    Hazard.Link("\(wants) needs the secret `\(secret.name)` to start", runbook.steps[position].place),
                    Hazard.Link("`\(secret.name)` \(keeper.text)", secret.place),
                    Hazard.Link("\(dependencies.id(keeper.step)) \(keeper.proof)", keeper.place),
                ] + dependencies.proof(of: keeper.step, needing: position)
            let steps = keeper.step == position ? [position] : [position, keeper.step]
            add(
                Hazard(
                    .secretLoop, steps: steps, place: secret.place,
                    message: "\(wants) starts with the secret `\(secret.name)`, which is kept behind \(behind)",
                    path: path))
        }
    }
}

/// Who keeps what can be read at an address or in a file.
private struct SecretKeepers {
    struct Keeper {
        var step: Int
        /// Where the secret comes from.
        var text: String
        /// Why that is the step.
        var proof: String
        var place: Place
    }

    private let runbook: Runbook
    private var servers: [String: (step: Int, place: Place)] = [:]
    private var writers: [String: Int] = [:]

    init(_ runbook: Runbook) {
        self.runbook = runbook
        // Of all that ask an address the service answers it; where there is none, whoever asks first.
        for isService in [true, false] {
            for (position, step) in runbook.steps.enumerated() where step.isService == isService {
                for gate in step.gates {
                    guard let address = GateAddress(gate)?.address, servers[address] == nil else { continue }
                    servers[address] = (position, gate.place)
                }
            }
        }
        for (position, step) in runbook.steps.enumerated() {
            guard case .file(let file) = step.kind, let path = file.path.constant,
                let folder = step.directory.constant
            else { continue }
            let full = Path.absolute(path, in: folder)
            if writers[full] == nil { writers[full] = position }
        }
    }

    func keepers(of secret: Secret, in scope: Int) -> [Keeper] {
        let scope = runbook.scopes[scope]
        switch secret.origin {
        case .environment: return []
        case .file(let path):
            guard let text = path.constant, let step = writers[Path.absolute(text, in: scope.directory)] else {
                return []
            }
            return [
                Keeper(
                    step: step, text: "is read from a file", proof: "writes that file",
                    place: runbook.steps[step].place)
            ]
        case .command(let command):
            var keepers: [Keeper] = []
            for address in GateAddress.addresses(in: ParamText.expanded(command.display, scope.params)) {
                guard let server = servers[address], !keepers.contains(where: { $0.step == server.step }) else {
                    continue
                }
                keepers.append(
                    Keeper(
                        step: server.step, text: "is fetched from \(address)", proof: "answers at \(address)",
                        place: server.place))
            }
            return keepers
        }
    }
}
