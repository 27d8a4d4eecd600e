import Testing

@testable import Terminal

@Suite("What a terminal can do")
struct TraitsTests {
    private func traits(_ environment: [String: String], terminal: Bool = true) -> Traits {
        Traits(environment: environment, isTerminal: terminal)
    }

    @Test("a terminal gets colour and a moving cursor; a pipe gets neither")
    func plainCases() {
        #expect(traits(["TERM": "xterm"]).style.hasColour)
        #expect(traits(["TERM": "xterm"]).canMoveCursor)
        #expect(!traits(["TERM": "xterm"], terminal: false).style.hasColour)
        #expect(!traits(["TERM": "xterm"], terminal: false).canMoveCursor)
    }

    @Test("NO_COLOR wins over everything, but only where it is not empty")
    func noColour() {
        #expect(!traits(["TERM": "xterm", "NO_COLOR": "1", "CLICOLOR_FORCE": "1"]).style.hasColour)
        #expect(traits(["TERM": "xterm", "NO_COLOR": ""]).style.hasColour)
        #expect(traits(["TERM": "xterm", "NO_COLOR": "1"]).canMoveCursor)
    }

    @Test("CLICOLOR_FORCE colours pipes and dumb terminals, CLICOLOR=0 uncolours terminals")
    func cliColour() {
        #expect(traits(["CLICOLOR_FORCE": "1"], terminal: false).style.hasColour)
        #expect(traits(["CLICOLOR_FORCE": "1", "TERM": "dumb"]).style.hasColour)
        #expect(!traits(["CLICOLOR_FORCE": "0"], terminal: false).style.hasColour)
        #expect(!traits(["TERM": "xterm", "CLICOLOR": "0"]).style.hasColour)
    }

    @Test("a dumb terminal, one without TERM, and CI move no cursor")
    func dumb() {
        #expect(!traits(["TERM": "dumb"]).canMoveCursor)
        #expect(!traits(["TERM": "dumb"]).style.hasColour)
        #expect(!traits([:]).canMoveCursor)
        #expect(!traits(["TERM": "xterm", "CI": "true"]).canMoveCursor)
        #expect(traits(["TERM": "xterm", "CI": "false"]).canMoveCursor)
    }

    @Test("the locale decides about Unicode; the more special variable wins")
    func locale() {
        #expect(traits([:]).style.hasUnicode)
        #expect(traits(["LANG": "de_DE.UTF-8"]).style.hasUnicode)
        #expect(traits(["LANG": "C.utf8"]).style.hasUnicode)
        #expect(!traits(["LANG": "C"]).style.hasUnicode)
        #expect(!traits(["LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"]).style.hasUnicode)
        #expect(traits(["LANG": "C", "LC_CTYPE": "en_US.UTF-8", "LC_ALL": ""]).style.hasUnicode)
    }

    @Test("COLUMNS and LINES stand in where there is no terminal, nonsense does not")
    func size() {
        #expect(TerminalSize.measure(-1, environment: ["COLUMNS": "20", "LINES": "5"]) == .init(columns: 20, rows: 5))
        #expect(TerminalSize.measure(-1, environment: ["COLUMNS": "x", "LINES": "-5"]) == .init(columns: 80, rows: 24))
        #expect(TerminalSize.measure(-1, environment: ["COLUMNS": "0"]) == .init(columns: 80, rows: 24))
        #expect(TerminalSize(columns: 0, rows: 999_999_999) == TerminalSize(columns: 1, rows: 10_000))
    }
}
