import ArgumentParser
import Checkpoints
import Execution
import Steps

/// `runbook output`: what a step hands on.
struct OutputCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "output", abstract: "Print what a step handed on; secrets only when named.")

    @Argument(help: ArgumentHelp("[RUN] STEP [NAME]", valueName: "words"))
    var words: [String] = []

    @OptionGroup var state: StateArguments

    func run() throws {
        let reference = RunReference(words)
        guard (1...2).contains(reference.rest.count) else {
            throw ValidationError("`output` wants a step: runbook output [RUN] STEP [NAME].")
        }
        let workplace = try Workplace.reading(state)
        let summary = try workplace.run(reference.number)
        let view = try Retrospect(workplace: workplace, run: summary.run)
        let step = reference.rest[0]
        let status = try view.step(step).status
        let console = Console.standard
        guard reference.rest.count == 2 else {
            if status.outputs.isEmpty {
                throw CommandFailure(.failed, "\(step) has no outputs (\(status.state.rawValue))")
            }
            for output in status.outputs {
                switch output.value {
                case .plain(let text): console.printValue("\(output.name)=\(text)")
                case .sealed: console.print("\(output.name)=***")
                }
            }
            return
        }
        let name = reference.rest[1]
        guard status.outputs.contains(where: { $0.name == name }) else {
            let known = status.outputs.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                .failed, "\(step) has no output \(name)", hint: known.isEmpty ? nil : "it has: \(known)")
        }
        console.printValue(try view.values.output(OutputReference(step: step, name: name)))
    }
}
