import Foundation
import Model
import Testing

@testable import Reports

@Suite("Graph as JSON")
struct GraphJSONTests {
    @Test("keeps the contract: nodes with id, title, stage, layer and wave; edges where `to` needs `from`")
    func contract() {
        let text = GraphJSON.value(GraphModel(runbook: Sample.runbook(["a One", "b Two < a"]))).text
        #expect(
            text == #"{"nodes":[{"id":"a","title":"a","stage":"One","layer":null,"wave":1,"file":"zone.md","#
                + #""critical":true},{"id":"b","title":"b","stage":"Two","layer":null,"wave":2,"#
                + #""file":"zone.md","critical":true}],"#
                + #""edges":[{"from":"a","to":"b","kind":"needs"}]}"#)
    }

    @Test("groups say how many steps they stand for")
    func groups() {
        let text = GraphJSON.value(GraphModel(runbook: Sample.zone).grouped(by: .stage)).text
        #expect(text.contains(#"{"id":"Discovery","title":"Discovery","stage":"Discovery","layer":null,"wave":2,"#))
        #expect(text.contains(#""steps":4"#))
    }

    @Test("any other reader of JSON reads it", arguments: GraphSamples.evil)
    func readable(_ evil: String) throws {
        let runbook = Sample.runbook(["a S"]) { $0.title = evil }
        let data = Data(GraphJSON.value(GraphModel(runbook: runbook)).prettyText.utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let nodes = try #require(object["nodes"] as? [[String: Any]])
        #expect(nodes[0]["title"] as? String == evil)
    }
}
