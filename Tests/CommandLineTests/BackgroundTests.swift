import Foundation
import Testing

/// A person at a terminal, with a shell that has job control.
@Suite(
    "At a terminal",
    .enabled(
        if: (try? Desk().bash("command -v tmux python3"))?.out.contains("python3") == true
            && FileManager.default.isExecutableFile(atPath: "/usr/bin/tmux"),
        "SKIPPED: no tmux or python3 (apt-get install tmux python3)"))
struct BackgroundTests {
    /// A window of 80 columns with an interactive shell in the desk's folder.
    private final class Window {
        /// A thread of the test runner has most signals blocked, and so would whatever it starts.
        private static let unblocked = """
            python3 -c 'import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); \
            os.execvp(sys.argv[1], sys.argv[1:])'
            """
        let desk: Desk
        let socket: String

        init(_ desk: Desk) throws {
            self.desk = desk
            socket = desk.path("tmux")
            let shell = "unset CI NO_COLOR; PS1='ready> ' R='\(Desk.program.path)' exec bash --norc --noprofile"
            try tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "30", shell)
            #expect(desk.eventually { self.shows("ready>") })
        }

        deinit { _ = try? tmux("kill-server") }

        @discardableResult
        func tmux(_ words: String...) throws -> String {
            let line = words.map { "'\($0.replacingOccurrences(of: "'", with: "'\\''"))'" }.joined(separator: " ")
            // Its server lives on with whatever it inherits: not with what Foundation waits for to be closed.
            let closing = "for d in /proc/$$/fd/*; do d=${d##*/}; if [ $d -gt 2 ]; then eval \"exec $d>&-\"; fi; done"
            return try desk.bash("\(closing); unset TMUX; \(Self.unblocked) tmux -S '\(socket)' \(line)").out
        }

        func type(_ keys: String...) throws {
            for key in keys { try tmux("send-keys", key) }
        }

        var text: String { (try? tmux("capture-pane", "-p")) ?? "" }
        func shows(_ text: String) -> Bool { self.text.contains(text) }
    }

    private func exists(_ desk: Desk, _ name: String) -> Bool {
        FileManager.default.fileExists(atPath: desk.path(name))
    }

    @Test("in the background the view leaves the prompt alone, and is there again in the foreground")
    func background() throws {
        let desk = try Desk(
            page(
                step("first", [], "touch started; until [ -e go ]; do sleep 0.05; done"),
                step("second", ["needs: [first]"], "touch next; until [ -e end ]; do sleep 0.05; done")))
        let window = try Window(desk)
        try window.type("$R run r.md; echo ended-$?", "Enter")
        #expect(desk.eventually { exists(desk, "started") && window.shows("first") })
        try window.type("C-z")
        #expect(desk.eventually { window.shows("Stopped") }, "\(window.text)")
        try window.type("bg", "Enter", "echo typed by $((1 + 1))", "Enter")
        #expect(desk.eventually { window.shows("typed by 2") }, "\(window.text)")
        let before = window.text
        // It goes on, and much happens of which nothing is drawn.
        try desk.write("", to: "go")
        #expect(desk.eventually { exists(desk, "next") })
        try window.type("echo and $((1 + 2))", "Enter")
        #expect(desk.eventually { window.shows("and 3") })
        let rest = window.text.dropFirst(before.trimmingCharacters(in: .whitespacesAndNewlines).count)
        #expect(!rest.contains("second"), "drawn over the prompt: \(window.text)")
        try window.type("fg", "Enter")
        #expect(desk.eventually { window.text.components(separatedBy: "second").count > 1 }, "\(window.text)")
        try desk.write("", to: "end")
        // The shell takes what follows `fg` from the list that was stopped no further.
        #expect(desk.eventually { window.shows("2 of 2 done") }, "\(window.text)")
        #expect(try desk.states() == ["first": "done", "second": "done"])
    }

    @Test("Ctrl-C at a question ends the program; so does a second one while a body that was asked to end goes on")
    func interrupts() throws {
        let desk = try Desk(
            page(
                step("asked", ["confirm: Go on with it?"]),
                step("deaf", [], "trap '' TERM INT; touch started; until [ -e end ]; do sleep 0.05; done")))
        let window = try Window(desk)
        try window.type("$R run r.md; echo ended-$?", "Enter")
        #expect(desk.eventually { exists(desk, "started") && window.shows("Go on with it?") }, "\(window.text)")
        try window.type("C-c")
        #expect(desk.eventually { window.shows("stopping (Ctrl-C again: at once), waits for deaf") }, "\(window.text)")
        try window.type("C-c")
        #expect(desk.eventually { window.shows("ended-130") }, "\(window.text)")
        try desk.write("", to: "end")
        try FileManager.default.removeItem(atPath: desk.path("started"))
        // Alone, one is enough.
        try window.type("clear; $R up r.md --only asked; echo ended-again-$?", "Enter")
        #expect(desk.eventually { window.shows("Go on with it?") }, "\(window.text)")
        try window.type("C-c")
        #expect(desk.eventually { window.shows("ended-again-130") }, "\(window.text)")
    }
}
