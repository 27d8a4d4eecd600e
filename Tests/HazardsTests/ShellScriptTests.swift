import Foundation
import Model
import Testing

@testable import Hazards

@Suite("Hazards: reading shell scripts")
struct ShellScriptTests {
    /// The variables that are read and set nowhere.
    private func unset(_ text: String) -> [String] {
        let script = ShellScript(text)
        guard !script.isOpaque else { return [] }
        return script.reads.map(\.name).filter { !script.sets.contains($0) }
    }

    @Test(
        "a variable that is read is seen wherever the shell expands it",
        arguments: [
            "echo $V", "echo \"$V\"", "echo ${V}", "echo ${V%/*}", "echo ${V:0:3}", "echo ${#V}", "echo ${V[0]}",
            "echo \"a $(cat \"$V\") b\"", "echo `cat $V`", "cat <<EOF\n$V\nEOF", "cat <<-EOF\n\t$V\n\tEOF",
            "if [ \"$V\" = x ]; then :; fi", "[[ $V == x ]]", "case $V in a) ;; esac", "x=$V", "x=(a $V)",
            "x=${y:-$V}", "echo $((1 + $V))", "f() { echo $V; }", "echo a\\\n $V", "echo \"\\$x $V\"",
            "cat >$V", "{ echo $V; }", "(echo $V)", "a | b $V", "a && b $V &", "echo 'x' $V 'y'", "cat <<<$V",
            "echo '\\' $V", "echo $'\\'' $V", "diff <(a $V) b", "echo \"`echo $V`\"",
        ])
    func reads(text: String) {
        #expect(unset(text) == ["V"])
    }

    @Test(
        "what is no expansion, or has a value somewhere, is left alone",
        arguments: [
            "echo '$V'", "echo \\$V", "echo \"\\$V\"", "cat <<'EOF'\n$V\nEOF", "cat <<\"EOF\"\n$V\nEOF", "# $V",
            "echo x # $V", "awk '{print $V}'", "V=1; echo $V", "export V=1\necho $V", "read -r V; echo $V",
            "while IFS= read -r V; do echo $V; done <file", "for V in a b; do echo $V; done",
            "for V; do echo $V; done", "select V in a; do echo $V; done", "local V=1; echo $V",
            "declare -A V; echo ${V[a]}",
            "mapfile -t V <file; echo ${V[@]}", "readarray V < <(x); echo ${#V[@]}", "printf -v V %s x; echo $V",
            "getopts ab V; echo $V", "let V=1; echo $V", "((V = 1)); echo $V",
            "for ((V=0; V<3; V++)); do echo $V; done",
            "V+=x; echo $V", "V[1]=x; echo ${V[1]}", "V=(a b); echo ${V[@]}", "V=1 cmd; echo $V", "wait -p V; echo $V",
            "echo ${V:-}", "echo ${V-x}", "echo ${V:=x} $V", "echo ${V:?not set}; echo $V", "echo ${V+x}",
            "[ -n \"${V:-}\" ] && echo $V", "if [[ -v V ]]; then echo $V; fi", "test -v V && echo $V", "echo ${!V}",
            "echo $1 $@ $* $# $? $$ $! $- $0 ${1} ${10} ${@:2} ${#}", "echo $", "echo \"$\"", "echo a$", "grep 'x$'",
            ". ./file; echo $V", "source file\necho $V", "eval \"$x V=1\"; echo $V", "set +u; echo $V",
            "set +eu\necho $V", "echo $((V + 1))", "x=y; echo $x#$x", "echo \"${x:-\"$y\"}\" # $V\nx=1 y=2",
            "case x in\n  (a|b) V=1 ;;\n  *) V=2 ;;\nesac\necho $V", "x=$(case a in a) echo b;; esac); V=1; echo $V $x",
            "f() ( V=1; echo $V )", "[[ x =~ ^(a|b)$ ]]", "echo {a,b}$", "cat <<A <<B\nx\nA\ny\nB\nV=1; echo $V",
            "coproc V { cat; }; echo ${V[0]}", "coproc V ( cat ); echo ${V[1]}",
            "coproc V while x; do y; done; echo ${V[0]}",
            "export V; echo $V", "trap 'rm \"$V\"' EXIT",
        ])
    func quiet(text: String) {
        #expect(unset(text) == [])
    }

    @Test("here-documents end where they end, and what follows is read again")
    func documents() {
        #expect(unset("cat <<'EOF' >x\n$A\nEOF\necho $B") == ["B"])
        #expect(unset("cat <<-'EOF'\n\t$A\n\tEOF\necho $B") == ["B"])
        #expect(unset("cat <<EOF\n\"$A\" '$B' \\$C $(cat \"$D\")\nEOF\n") == ["A", "B", "D"])
        #expect(ShellScript("cat <<EOF\n$A\n\nEOF\n\necho $B").reads.map(\.line) == [1, 5])
    }

    @Test("commands have their words, lines and certainty")
    func commands() {
        let script = ShellScript("a 'b c' \"d\"\nif x; then\n  y\nfi\nfor i in 1; do z; done\nlast")
        #expect(script.commands.map(\.words) == [["a", "b c", "d"], ["x"], ["y"], ["z"], ["last"]])
        #expect(script.commands.map(\.line) == [0, 1, 2, 4, 5])
        #expect(script.commands.map(\.isCertain) == [true, false, false, false, true])
        #expect(script.commands.map(\.isInLoop) == [false, false, false, true, false])
        #expect(ShellScript("sudo -u x env A=b timeout 5 cmd y").commands.first?.effective == ["cmd", "y"])
    }

    @Test("broken, deep and long texts are read to the end, or given up without harm")
    func robust() {
        let broken = [
            "'", "\"", "$(", "${", "$((", "`", "<<", "<<EOF", "((", "case x in", "\\", "$'", "x=(", "${x[", ")", "}",
            "esac",
        ]
        for text in broken {
            _ = ShellScript(text)
            _ = ShellScript(text + "\n" + text)
            for other in broken { _ = ShellScript(text + other + "$V") }
        }
        #expect(ShellScript(String(repeating: "$(", count: 5000)).isOpaque)
        #expect(ShellScript(String(repeating: "echo $V\n", count: 20_000)).reads.count == 20_000)
    }

    @Test("the scripts of this repository read nothing that they do not set or guard")
    func scripts() throws {
        let folder = repository.appendingPathComponent("scripts")
        let known: Set<String> = [
            "HOME", "PATH", "PWD", "BASH_SOURCE", "PIPESTATUS", "LINENO", "EUID", "USER", "BASHPID",
        ]
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            guard let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else {
                continue
            }
            guard text.hasPrefix("#!"), text.prefix(80).split(separator: "\n").first?.hasSuffix("sh") == true else {
                continue
            }
            count += 1
            let shown = unset(text).filter { !known.contains($0) }
            #expect(shown == [], "\(name)")
        }
        #expect(count >= 3)
    }
}
