internal import Execution

/// The commands of this program that messages name: typed into a shell where it was started, each does what the message
/// says.
package struct CommandText: Hashable, Sendable {
    /// What that shell finds the program by.
    package var program: String
    /// The state folder, where that shell would mean another one without a word.
    package var state: String?
    /// The run, where a command without a number would mean another one.
    package var run: Int?

    package init(program: String = "runbook", state: String? = nil, run: Int? = nil) {
        self.program = program
        self.state = state
        self.run = run
    }

    /// Commands that are not about one run.
    private static let withoutRun: Set<String> = ["run", "up", "runs", "init", "check", "plan"]

    /// The whole command, quoted for a shell.
    ///
    /// - Parameter words: what follows the number of the run: steps, options.
    package func of(_ command: String, _ words: [String] = []) -> String {
        var all = [ShellWord.quoted(program), command]
        if !Self.withoutRun.contains(command) {
            // A step whose id could be a run has to stand behind one.
            let isRun = words.first.map { $0 == "latest" || Int($0) != nil } ?? false
            if let run { all.append("\(run)") } else if isRun { all.append("latest") }
        }
        all += words.map(ShellWord.quoted)
        // An option takes a value that begins like an option only in this form.
        if let state {
            all += state.hasPrefix("-") ? ["--state=" + ShellWord.quoted(state)] : ["--state", ShellWord.quoted(state)]
        }
        return all.joined(separator: " ")
    }
}
