/// Checks that need libraries this target does not know; whoever calls the loader brings them.
package struct LoadChecks {
    /// Why a jq program does not compile; nil when it does. Not called twice for one program.
    package var jq: ((String) -> String?)?

    package init(jq: ((String) -> String?)? = nil) {
        self.jq = jq
    }
}
