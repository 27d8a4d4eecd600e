import Checkpoints
import Execution
import Foundation
import Model
import Testing

@Suite("docs/checkpoints.md")
struct DocumentationTests {
    private static func text() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appendingPathComponent("docs/checkpoints.md"), encoding: .utf8)
    }

    /// The fenced blocks of a language.
    private static func blocks(_ language: String) throws -> [String] {
        try text().components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    /// A database in which each query of the page has something to find.
    private func sample() throws -> Sandbox {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        let journal = try RunJournal(store, run: run, after: 0)
        let session = Session(
            kind: .run, runbook: "zone", title: "Zone", paths: ["/z.md"], params: [], commandLine: "run zone.md",
            jobs: 8, user: "ann", pid: 1, bootID: "b", version: "1")
        let intent = Intent(
            role: .body, attempt: 1, fingerprint: Fingerprint(parts: [.init(name: "script", value: "d")]), log: "/l")
        let identity = Handle(ProcessIdentity(pid: 7, startTime: 1, bootID: "b"))
        let outputs = [
            Output(name: "id", value: .plain("7")), Output(name: "token", value: .sealed([1, 2, 3])),
        ]
        func probed(_ holds: Bool) -> Event {
            .probed(step: "consul-1", gate: "http", Answer(holds: holds, text: holds ? "200" : "503"), probes: 1)
        }
        let events: [Event] = [
            .sessionStarted(session), .planned(step: "consul-1", decision: .run, reason: "new"),
            .ready(step: "consul-1"), .intended(step: "consul-1", intent),
            .started(step: "consul-1", attempt: 1, identity),
            .attemptEnded(step: "consul-1", attempt: 1, .status(0), reason: "", outputs: outputs),
            .gating(step: "consul-1", attempt: 1), probed(false), probed(true), probed(false), probed(true),
            .finished(step: "consul-1", Result(state: .done, attempt: 1, exit: .status(0), seconds: 2, gateSeconds: 1)),
            .intended(step: "broken", intent), .started(step: "broken", attempt: 1, identity),
            .finished(step: "broken", Result(state: .failed, attempt: 1, exit: .status(3), reason: "exit 3")),
            .word(step: "broken", OperatorAction(kind: .approve, user: "ann", note: "")), .sessionFinished(.failed),
        ]
        try journal.append(
            events.enumerated().map { number, event in
                let isIntent = if case .intended = event { true } else { false }
                return Record(
                    run: run, time: 1_000_000 + Double(number), event: event,
                    definition: isIntent ? Definition(digest: "d", text: "consul agent") : nil)
            })
        return sandbox
    }

    @Test("every query runs on a database made by a run, and finds something")
    func queries() throws {
        let sandbox = try sample()
        let queries = try Self.blocks("sql")
        #expect(queries.count >= 10)
        for query in queries {
            #expect(try !sql(sandbox, query).isEmpty, "\(query)")
        }
    }

    @Test("every table, view and column is in it, and no other")
    func columns() throws {
        let sandbox = try sample()
        let text = try Self.text()
        let schema = try sql(
            sandbox,
            """
            SELECT m.type, m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'grdb_migrations'
            ORDER BY m.name, c.cid
            """)
        var views: [String: [String]] = [:]
        var tables: [String: [String]] = [:]
        for row in schema.split(separator: "\n") {
            let fields = row.split(separator: "|").map(String.init)
            try #require(fields.count == 3, "\(row)")
            if fields[0] == "view" {
                views[fields[1], default: []].append(fields[2])
            } else {
                tables[fields[1], default: []].append(fields[2])
            }
        }
        #expect(tables.count == 5 && views.count == 7)
        for (view, columns) in views {
            let list = columns.map { "`\($0)`" }.joined(separator: ", ")
            #expect(text.contains("| `\(view)` |") && text.contains("| \(list) |"), "\(view): \(list)")
        }
        for (table, columns) in tables {
            let section = try #require(text.components(separatedBy: "### `\(table)`").dropFirst().first, "\(table)")
            let rows = (section.components(separatedBy: "\n#").first ?? "").split(separator: "\n").filter {
                $0.hasPrefix("| `")
            }
            let named = rows.flatMap { row in
                row.split(separator: "|").first.map { $0.split(separator: "`").map(String.init) } ?? []
            }.filter { $0.allSatisfy { $0.isLetter || $0 == "_" } }
            #expect(named == columns, "\(table)")
        }
    }

    @Test("every event of the schema is named")
    func events() throws {
        let sandbox = try Sandbox()
        let store = try sandbox.store()
        let run = try store.createRun(name: "zone", now: 1)
        var maker = RecordMaker(random: Seeded(1), run: run)
        try RunJournal(store, run: run, after: 0).append((0..<RecordMaker.kinds).map { maker.record($0) })
        let names = try sql(sandbox, "SELECT DISTINCT event FROM events").split(separator: "\n")
        #expect(names.count == RecordMaker.kinds)
        for name in names { #expect(try Self.text().contains("`\(name)`"), "\(name)") }
    }

    @Test("the recipe for copying a folder in use makes a whole state folder")
    func copying() throws {
        let sandbox = try sample()
        try FileManager.default.moveItem(atPath: sandbox.state, toPath: sandbox.path + "/.runbook")
        let recipe = try #require(try Self.blocks("sh").first)
        let copied = try run("sh", ["-euc", "cd '\(sandbox.path)'\n" + recipe])
        #expect(copied.status == 0, "\(copied.output)")
        let folder = try StateFolder(existing: sandbox.path + "/copy")
        let lock = try Lock(folder, commandLine: "", now: 1)
        #expect(try Store(executing: lock).load(1).state.order == ["consul-1", "broken"])
    }
}
