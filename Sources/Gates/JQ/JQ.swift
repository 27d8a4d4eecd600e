import Synchronization

/// Checks of jq programs for whoever loads a runbook; usable on any thread.
package enum JQ {
    /// Programs that had to be compiled to be judged, in this process.
    static let compilations = Atomic<Int>(0)

    /// What is wrong with the program, in jq's words, on one line; nil when it compiles.
    ///
    /// Takes microseconds where the program uses only everyday functions of jq, and else tens of milliseconds.
    package static func check(_ program: String) -> String? {
        do throws(JQProgram.Fault) {
            if JQScanner.isPlain(program), try JQProgram.parses(program) { return nil }
            compilations.add(1, ordering: .relaxed)
            _ = try JQProgram(program)
            return nil
        } catch {
            return AnswerText.clean(error.text)
        }
    }
}
