import Foundation
import Testing

@Suite("What is not UTF-8")
struct BytesTests {
    /// Runs a script of bash in the desk's folder; `$RUNBOOK` is the program.
    ///
    /// Words that are not UTF-8 can only be said by a shell here: Foundation changes them.
    private func shell(_ desk: Desk, _ script: String) throws -> (status: Int32, bytes: [UInt8], text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec 2>&1; " + script]
        process.currentDirectoryURL = desk.folder
        process.environment = desk.environment.merging(["RUNBOOK": Desk.program.path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return (process.terminationStatus, bytes, String(decoding: bytes, as: UTF8.self))
    }

    private static let words = page(
        step("use", ["dir: ${where}"], #"printf '%s|%s|%s|%s' "$DATA" "$what" "$where" "$PWD" > "$work/seen""#),
        front: ["params:", "  what: {default: x}", "  where: {type: path, default: .}"])

    @Test("the environment, params, and paths reach bodies byte for byte, from a folder of such a name")
    func bodies() throws {
        let desk = try Desk(Self.words)
        let reply = try shell(
            desk,
            #"""
            mkdir $'d\xe9' $'d\xe9/w\xff' && cp r.md $'d\xe9/r\xe9.md' && cd $'d\xe9' || exit 99
            export DATA=$'\x80\xc3\xa9\xff' RUNBOOK_PARAM_WHERE=$'w\xff'
            "$RUNBOOK" run $'r\xe9.md' -p what=$'a=\xe9\xf4\x8f\xbf\xa9' --output quiet || exit 98
            cmp .runbook/work/seen <(printf '%s|%s|%s|%s' "$DATA" $'a=\xe9\xf4\x8f\xbf\xa9' "$PWD/"$'w\xff' "$PWD/"$'w\xff')
            """#)
        #expect(reply.status == 0, "\(reply.text)")
    }

    @Test("the second of two variables of a name counts for nobody, and one that begins with a mark is itself")
    func marks() throws {
        let desk = try Desk(
            page(
                step("use", ["secrets: [S]"], #"printf '%s' "$S" > "$work/seen""#),
                front: ["secrets:", "  S: {env: HIDDEN}"]))
        let reply = try shell(
            desk,
            #"""
            HIDDEN=$'\xcc\x81mark' "$RUNBOOK" run r.md --output quiet && cmp .runbook/work/seen <(printf '\xcc\x81mark')
            """#)
        #expect(reply.status == 0, "\(reply.text)")
    }

    @Test("a state folder of such a name is gone on with, looked at, and taken down, also where it was moved")
    func state() throws {
        let desk = try Desk(
            page(
                step("first", ["outputs: [a]"], #"echo a=1 > "$RUNBOOK_OUTPUT""#),
                step(
                    "flaky", ["needs: first", "gate: {file: '${work}/${env.NAME}'}"],
                    #"test -e go && touch "$work/$NAME""#),
                step("last", ["needs: flaky"], "echo well"), "```bash\n#| undo: first\ntouch undone\n```\n"))
        let reply = try shell(
            desk,
            #"""
            export RUNBOOK_STATE=$'s\xe9' NAME=$'n\xfe'
            "$RUNBOOK" run r.md --output quiet; test $? = 1 || exit 1
            touch go; "$RUNBOOK" resume --output quiet || exit 2
            test "$("$RUNBOOK" logs last)" = well && test "$("$RUNBOOK" output first a)" = 1 || exit 3
            mv "$RUNBOOK_STATE" $'t\xe9'; export RUNBOOK_STATE=$'t\xe9'
            "$RUNBOOK" status --json | grep -qF '/t\\xE9/runs/1/logs/last.1.log' || exit 4
            "$RUNBOOK" verify || exit 5
            "$RUNBOOK" down --output quiet && test -e undone || exit 6
            chmod -R a-w "$RUNBOOK_STATE"; "$RUNBOOK" runs || exit 7
            chmod -R u+w "$RUNBOOK_STATE"
            """#)
        #expect(reply.status == 0, "\(reply.text)")
    }

    @Test("secrets are the bytes they are, and none of them is shown")
    func secrets() throws {
        let desk = try Desk(
            page(
                step(
                    "use", ["secrets: [A, B, C]", "outputs: [o]"],
                    #"""
                    printf '%s|%s|%s' "$A" "$B" "$C" | od -An -tx1 | tr -d ' \n' > "$work/seen"
                    printf 'a %s b %s c %s' "$A" "$B" "$C"; echo "o=1" > "$RUNBOOK_OUTPUT"; false
                    """#),
                front: [
                    "secrets:", "  A: {env: HIDDEN}", "  B: {file: './b'}",
                    #"  C: {command: "printf 'c\\351\\351\\143\\143\\143'"}"#,
                ]))
        let reply = try shell(
            desk,
            #"""
            printf 'b\xe9\xffbbb\r\n' > b
            HIDDEN=$'aa\xe9aaa' "$RUNBOOK" run r.md --output plain; export HIDDEN=$'aa\xe9aaa'
            "$RUNBOOK" logs use; "$RUNBOOK" logs use | od -An -c; "$RUNBOOK" report --format json; "$RUNBOOK" status
            cat .runbook/runs/1/logs/*; cat -v .runbook/state.db*
            """#)
        for part in ["aaa", "bbb", "ccc"] { #expect(!reply.text.contains(part), "\(part) is shown") }
        #expect(reply.text.contains("a ****** b ****** c ******"))
        #expect(desk.read(".runbook/work/seen") == "6161e9616161" + "7c" + "62e9ff626262" + "7c" + "63e9e9636363")
        #expect(
            try shell(desk, #"rm -rf .runbook; HIDDEN=$'\xe9\xe9' "$RUNBOOK" run r.md"#).text.contains("shorter than 4")
        )
    }

    @Test("a file step writes and puts back bytes, at any path")
    func files() throws {
        let desk = try Desk(
            page(
                """
                ```conf
                #| file: ${env.PLACE}/${what}.conf
                #| step: f
                #| template: true
                v ${what}${more}
                ```

                """, front: ["params:", "  what: {default: x}", "  more: {default: ''}"]))
        let reply = try shell(
            desk,
            #"""
            export PLACE=$'p\xe9'; mkdir "$PLACE"; printf 'old \xff' > "$PLACE"/$'\xc3.conf'
            "$RUNBOOK" run r.md -p what=$'\xc3' -p more=$'\xa9' --output quiet || exit 1
            cmp "$PLACE"/$'\xc3.conf' <(printf 'v \xc3\xa9\n') || cmp "$PLACE"/$'\xc3.conf' <(printf 'v \xc3\xa9') || exit 2
            "$RUNBOOK" down --output quiet || exit 3
            cmp "$PLACE"/$'\xc3.conf' <(printf 'old \xff')
            """#)
        #expect(reply.status == 0, "\(reply.text)")
    }

    @Test("logs hold and hand on every byte that a body wrote")
    func logs() throws {
        let desk = try Desk(
            page(
                step(
                    "all", [],
                    #"for i in {0..255}; do printf "\\x$(printf %x $i)"; done; printf 'end'; echo; printf 'd\xe9'"#)))
        let reply = try shell(
            desk,
            #"""
            "$RUNBOOK" run r.md --output quiet || exit 1
            cmp .runbook/runs/1/logs/all.1.log <(for i in {0..255}; do printf "\\x$(printf %x $i)"; done; printf 'end\nd\xe9') || exit 2
            "$RUNBOOK" logs all | cmp - .runbook/runs/1/logs/all.1.log || exit 3
            "$RUNBOOK" logs all --follow | cmp - .runbook/runs/1/logs/all.1.log || exit 4
            "$RUNBOOK" report --format json | grep -qF '\"d\\xE9\"'
            """#.replacing(#"\"d"#, with: #""d"#).replacing(#"E9\""#, with: #"E9""#))
        #expect(reply.status == 0, "\(reply.text)")
    }

    @Test("messages show such bytes as \\xE9, and commands that they name can be typed")
    func shown() throws {
        let desk = try Desk(page(step("a", ["timeout: 5s"])))
        let reply = try shell(
            desk,
            #"""
            mkdir $'d\xe9'; cp r.md $'d\xe9/r.md'; "$RUNBOOK" check $'d\xe9/r.md'; "$RUNBOOK" check $'n\xe9.md'
            "$RUNBOOK" status --state $'s\xe9'; "$RUNBOOK" $'x\xe9'
            """#)
        #expect(!reply.bytes.contains(0xE9) && !reply.text.contains("\u{FFFD}"), "\(reply.text)")
        #expect(reply.text.contains(#"n\xE9.md: error[E110]: this file does not exist"#))
        #expect(reply.text.contains(#"run PATH --state $'s\xE9'"#))
        #expect(reply.text.contains(#"Unexpected argument 'x\xE9'"#))
        let again = try shell(
            desk,
            #"mkdir $'d\xe9/s\xe9'; "$RUNBOOK" run r.md --state $'d\xE9/s\xE9' --output quiet && ls d*/s*/state.db"#)
        #expect(again.status == 0, "\(again.text)")
    }

    @Test("JSON is JSON wherever such a byte stands")
    func json() throws {
        let desk = try Desk(page(step("a", ["timeout: 5s"])))
        for command in [
            #"check $'n\xe9.md' --format json"#, #"check $'n\xe9.md' --format sarif"#,
            #"run $'d\xe9/r.md' --output quiet >/dev/null; "$RUNBOOK" status --json"#,
            #"plan $'d\xe9/r.md' --json"#, #"graph $'d\xe9/r.md' --format json"#, "report --format json",
            "report --format otlp",
        ] {
            let reply = try shell(desk, #"mkdir -p $'d\xe9'; cp r.md $'d\xe9/r.md'; "$RUNBOOK" "# + command)
            let value = try? JSONSerialization.jsonObject(with: Data(reply.bytes))
            #expect(value != nil, "\(command): \(reply.text)")
            let isShown = reply.text.contains(#"\\xE9"#) || reply.text.contains("n%E9.md")
            #expect(isShown || !command.hasPrefix("check"), "\(command): \(reply.text)")
        }
    }

    @Test("reports, documents, graphs and starters are written to such places")
    func places() throws {
        let desk = try Desk(page(step("a", ["timeout: 5s"])))
        let reply = try shell(
            desk,
            #"""
            mkdir $'d\xe9' && cp r.md $'d\xe9/r\xe9.md' && cd $'d\xe9' || exit 1
            "$RUNBOOK" run $'r\xe9.md' --output quiet || exit 2
            "$RUNBOOK" report --format markdown -o $'o\xe9.md' && test -s $'o\xe9.md' || exit 3
            "$RUNBOOK" docs $'r\xe9.md' -o $'x\xe9/y' && test -s $'x\xe9/y/index.md' || exit 4
            "$RUNBOOK" docs $'r\xe9.md' -o $'x\xe9/y' || exit 5
            grep -qF '(../../r%E9.md#' $'x\xe9/y/mapping.md' || exit 6
            "$RUNBOOK" init $'i\xe9/n.md' && test -s $'i\xe9/n.md' || exit 7
            "$RUNBOOK" init $'i\xe9/n.md'; test $? = 2
            """#)
        #expect(reply.status == 0, "\(reply.text)")
    }
}
