/// What the place that output goes to can do, decided once from the environment.
package struct Traits: Hashable, Sendable {
    package var isTerminal: Bool
    /// The cursor can be moved: a live view is possible.
    package var canMoveCursor: Bool
    package var style: Style

    package init(isTerminal: Bool, canMoveCursor: Bool, style: Style) {
        self.isTerminal = isTerminal
        self.canMoveCursor = canMoveCursor
        self.style = style
    }

    /// - `NO_COLOR` (not empty) turns colour off, whatever else is said (no-color.org).
    /// - `CLICOLOR_FORCE` (neither empty nor `0`) turns it on where output is no terminal, or a dumb one.
    /// - `CLICOLOR=0` and `TERM=dumb` turn it off.
    /// - `TERM=dumb` and `CI` (neither empty nor `false`) forbid moving the cursor.
    /// - A locale that names another character set than UTF-8 gets ASCII symbols; none at all is taken for UTF-8.
    package init(environment: [String: String], isTerminal: Bool) {
        func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
        let isDumb = environment["TERM"] == "dumb"
        let isForced = isSet("CLICOLOR_FORCE") && environment["CLICOLOR_FORCE"] != "0"
        let isWanted = isForced || (isTerminal && !isDumb && environment["CLICOLOR"] != "0")
        let isCI = isSet("CI") && environment["CI"] != "false"
        self.init(
            isTerminal: isTerminal,
            canMoveCursor: isTerminal && !isDumb && !isCI && isSet("TERM"),
            style: Style(hasColour: isWanted && !isSet("NO_COLOR"), hasUnicode: Self.isUnicode(environment)))
    }

    private static func isUnicode(_ environment: [String: String]) -> Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let locale = environment[name], !locale.isEmpty else { continue }
            let lower = locale.lowercased()
            return lower.contains("utf-8") || lower.contains("utf8")
        }
        return true
    }
}
