import Execution
import Model
import Testing

@testable import Reports

@Suite("Mermaid")
struct MermaidGraphTests {
    @Test("draws stages as frames, shapes by kind, the critical path heavier")
    func zone() {
        let text = MermaidGraph.text(GraphModel(runbook: Sample.zone, relations: [.monitors]).reduced())
        #expect(
            text == """
                flowchart TB
                    subgraph s1["Ground"]
                        n1["ca"]
                        n2{{"notes"}}
                    end
                    subgraph s2["Discovery"]
                        n3[/"file:server.hcl<br/>Configuration of every<br/>server"/]
                        n4[["consul-1<br/>Consul server 1"]]
                        n5[["consul-2<br/>Consul server 2"]]
                        n6["bootstrap<br/>ACL bootstrap, whose<br/>management token is kept<br/>sealed in the state\
                 folder<br/>(once)"]
                    end
                    subgraph s3["Telemetry"]
                        n7["prometheus"]
                        n8["hand-over"]
                    end
                    n1 ==> n3
                    n2 --> n8
                    n3 ==> n4
                    n3 --> n5
                    n4 ==> n6
                    n4 -. monitors .-> n7
                    n5 --> n6
                    n6 ==> n7
                    n7 ==> n8
                    classDef stage fill:none,stroke:#8c959f
                    class s1,s2,s3 stage
                    classDef critical stroke:#8250df,stroke-width:4px
                    class n1,n3,n4,n6,n7,n8 critical

                """)
        #expect(MermaidGrammar(text).errors == [])
    }

    @Test("keeps to the grammar for every state, group and size")
    func grammar() {
        for model in GraphSamples.all {
            #expect(MermaidGrammar(MermaidGraph.text(model)).errors == [])
        }
    }

    @Test("text that looks like Mermaid, HTML or entities stays text", arguments: GraphSamples.evil)
    func escaping(_ evil: String) {
        let runbook = Sample.runbook(["a S", "b T < a"]) { step in
            step.title = evil
            if step.id == "a" { step.stage = evil }
        }
        let grammar = MermaidGrammar(MermaidGraph.text(GraphModel(runbook: runbook)))
        #expect(grammar.errors == [])
        // What is read back is what was written, but for blanks, breaks and what must not be shown.
        let shown = String(GraphLabel.plain(evil)).filter { !$0.isWhitespace }
        let labels = grammar.labels.map { label in label.filter { !$0.isWhitespace } }
        #expect(labels == [shown, "a" + shown, "T", "b" + shown])
    }

    @Test("the same graph is always the same text")
    func deterministic() {
        let model = GraphModel(runbook: Sample.large(60, stages: 4)).reduced()
        let again = GraphModel(runbook: Sample.large(60, stages: 4)).reduced()
        #expect(MermaidGraph.text(model) == MermaidGraph.text(again))
    }
}

/// Graphs that all drawings are tried on.
enum GraphSamples {
    static var all: [GraphModel] {
        var state = RunState(run: 1)
        let thirty = Sample.large(30, stages: 4)
        for (index, step) in thirty.steps.enumerated() {
            let states = StepState.allCases
            let result = Result(state: states[index % states.count])
            state.apply(Record(run: 1, time: 0, event: .finished(step: step.id, result)))
        }
        let shown = GraphModel(runbook: thirty, state: state)
        return [
            GraphModel(title: "nothing", nodes: [], edges: []), GraphModel(runbook: Sample.runbook(["alone S"])),
            GraphModel(runbook: Sample.zone, relations: Set(Reference.Relation.allCases)), shown, shown.reduced(),
            GraphModel(runbook: Sample.large(200, stages: 9)).readable(),
        ] + GraphModel.Grouping.allCases.map { shown.grouped(by: $0) }
    }

    static let evil = [
        #"quote " and "]; click n1"#, "brackets ] ) } /] ]] {{", "end", "subgraph x",
        "<b>x</b><script>1</script>",
        "a & b &amp; #quot; #35;", "`markdown`",
        "%%{init: {}}%%", "back\\slash\\n", "two\nlines\r\nthree", "style x: #1;",
        "classDef a: #fff;", "日本語 \u{202E}", "x\u{1B}[2Jy", "--> n2", "`", "|pipe|", "\u{2028}",
    ]
}
