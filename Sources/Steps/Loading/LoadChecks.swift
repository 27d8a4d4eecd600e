/// Checks that need what this target does not know: libraries, and the machine. Whoever calls the loader brings them.
package struct LoadChecks {
    /// Why a jq program does not compile; nil when it does. Not called twice for one program.
    package var jq: ((String) -> String?)?
    /// Whether a program that can be executed stands at an absolute path.
    package var isProgram: (String) -> Bool

    /// - Parameter isProgram: nil: asks this machine.
    package init(jq: ((String) -> String?)? = nil, isProgram: ((String) -> Bool)? = nil) {
        self.jq = jq
        self.isProgram = isProgram ?? Programs.isProgram
    }
}
