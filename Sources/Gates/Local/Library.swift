import Patterns

/// Compiled regular expressions and jq programs by their text, so that each is compiled once however often it is asked.
///
/// Owned by the prober's thread.
final class Library {
    /// A runbook has far fewer; beyond it everything is forgotten and compiled again when asked for.
    static let limit = 4096

    private var patterns: [String: Pattern?] = [:]
    private var programs: [String: Result<JQProgram, JQProgram.Fault>] = [:]
    /// jq programs compiled so far.
    private(set) var compilations = 0

    /// Nil when the expression does not compile.
    func pattern(_ text: String) -> Pattern? {
        if let known = patterns[text] { return known }
        if patterns.count >= Self.limit { patterns = [:] }
        let pattern = try? Pattern(text)
        patterns[text] = .some(pattern)
        return pattern
    }

    func program(_ text: String) -> Result<JQProgram, JQProgram.Fault> {
        if let known = programs[text] { return known }
        if programs.count >= Self.limit { programs = [:] }
        compilations += 1
        let result = Result { () throws(JQProgram.Fault) in try JQProgram(text) }
        programs[text] = result
        return result
    }

    func knows(program text: String) -> Bool { programs[text] != nil }
}
