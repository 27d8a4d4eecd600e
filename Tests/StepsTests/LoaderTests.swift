import DAG
import Foundation
import Model
import Steps
import Terminal
import Testing

@Suite("Loading whole runbooks")
struct LoaderTests {
    @Test("the example of the format loads: file step, capability, service, gate, undo, params")
    func example() throws {
        let sample = try Sample(["discovery.md": Self.discovery])
        let runbook = try sample.runbook("discovery.md")
        #expect(runbook.name == "discovery")
        #expect(runbook.title == "Service discovery")
        #expect(runbook.steps.map(\.id) == ["gossip-key", "file:server.hcl", "consul-1"])
        #expect(try runbook.needs("consul-1") == ["gossip-key", "file:server.hcl"])
        let consul = try runbook.step("consul-1")
        #expect(consul.provides == ["consul"])
        #expect(consul.stage == "Servers")
        #expect(consul.layer == "infra")
        #expect(consul.timeout == nil)
        #expect(consul.gates.map { $0.question.kind } == ["process", "http"])
        #expect(consul.gates.last?.stable == .seconds(3))
        #expect(consul.undo?.body == "consul leave -http-addr=127.0.0.11:8500\n")
        let file = try runbook.step("file:server.hcl")
        guard case .file(let spec) = file.kind else {
            Issue.record("not a file step")
            return
        }
        #expect(spec.path == Template("/work/consul/server.hcl"))
        #expect(
            spec.content
                == Template(
                    pieces: [.text("datacenter       = \"dc1\"\nbootstrap_expect = 3\n")], params: ["dc", "servers"]))
        #expect(spec.mode == 0o644)
    }

    @Test("the workbench that comes with the program loads without a finding")
    func workbench() throws {
        let sample = try Sample(programs: ["bash", "sh", "python3", "psql"])
        let options = LoadOptions(
            environment: sample.environment, work: "/work", run: "1", workingDirectory: repository.path)
        let result = Loader.load(paths: ["runbooks/workbench"], options: options)
        #expect(DiagnosticRenderer.text(result.diagnostics) == "")
        let runbook = try #require(result.runbook)
        #expect(runbook.name == "workbench")
        #expect(runbook.steps.count > 30)
        #expect(runbook.graph.count == runbook.steps.count)
    }

    static let discovery = """
        ---
        runbook: discovery
        title: Service discovery
        layer: infra
        params:
          dc: {default: dc1, help: "Name of this datacenter"}
          servers: {default: 3, type: int, min: 1, max: 7}
        defaults: {timeout: 5m, within: 60s}
        ---
        # Service discovery

        ## Configuration

        ```bash
        #| step: gossip-key
        consul keygen
        ```

        ```hcl
        #| file: ${work}/consul/server.hcl
        #| template: true
        datacenter       = "${dc}"
        bootstrap_expect = ${servers}
        ```

        ## Servers

        ```bash
        #| step: consul-1
        #| title: First Consul server
        #| needs: [file:server.hcl, gossip-key]
        #| provides: [consul]
        #| service: true
        #| gate: {http: "http://127.0.0.11:8500/v1/status/leader", jq: 'length > 2', stable: 3s, within: 60s}
        exec consul agent -config-file "$work/consul/server.hcl" -node consul-1
        ```

        ```bash
        #| undo: consul-1
        consul leave -http-addr=127.0.0.11:8500
        ```
        """
}
