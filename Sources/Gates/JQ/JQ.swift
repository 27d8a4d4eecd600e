/// Checks of jq programs for whoever loads a runbook; usable on any thread.
package enum JQ {
    /// What is wrong with the program, in jq's words, on one line; nil when it compiles.
    package static func check(_ program: String) -> String? {
        do throws(JQProgram.Fault) {
            _ = try JQProgram(program)
            return nil
        } catch {
            return AnswerText.clean(error.text)
        }
    }
}
