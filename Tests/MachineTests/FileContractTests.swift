import Execution
import Testing

/// What holds for every machine: files.
@Suite("A machine's files", .serialized)
struct FileContractTests {
    @Test("of outputs are collected whole, are none, or are too large", arguments: Kind.allCases)
    func outputs(_ kind: Kind) throws {
        let bench = try kind.bench()
        let reference = bench.reference()
        #expect(bench.collected(reference, .outputs(limit: 100)) == .outputs(nil))
        _ = try bench.started(bench.launch(.handsOn("port=80")))
        #expect(bench.hear().count == 1)
        #expect(bench.collected(reference, .outputs(limit: 7)) == .outputs(Array("port=80".utf8)))
        guard case .failed(let error)? = bench.collected(reference, .outputs(limit: 6)) else {
            Issue.record("more than wanted was handed over")
            return
        }
        #expect(error.message.contains(reference.outputs) && error.message.contains("6 bytes"))
        bench.machine.discard(reference)
        #expect(bench.collected(reference, .outputs(limit: 7)) == .outputs(nil), "in order: it was discarded before")
    }

    @Test("of logs are collected from an offset", arguments: Kind.allCases)
    func log(_ kind: Kind) throws {
        let bench = try kind.bench()
        let reference = bench.reference()
        #expect(bench.collected(reference, .log(from: 0, limit: 100)) == .noLog)
        _ = try bench.started(bench.launch(.prints("0123456789")))
        #expect(bench.hear().count == 1)
        let all = Array("0123456789".utf8)
        #expect(bench.collected(reference, .log(from: 0, limit: 100)) == .log(all, size: 10))
        #expect(bench.collected(reference, .log(from: 4, limit: 3)) == .log(Array(all[4..<7]), size: 10))
        #expect(bench.collected(reference, .log(from: 8, limit: 100)) == .log(Array(all[8...]), size: 10))
        for beyond in [10, 11, 1_000_000] {
            #expect(bench.collected(reference, .log(from: beyond, limit: 100)) == .log([], size: 10))
        }
    }

    @Test("of logs lose their secrets and keep their size; who still writes is told", arguments: Kind.allCases)
    func scrub(_ kind: Kind) throws {
        let bench = try kind.bench()
        let over = bench.reference()
        #expect(bench.scrubbed(over, ["hush-hush"]) == Scrubbed(isWrittenTo: false), "there is no log")
        let handle = try bench.started(bench.launch(.prints("a hush-hush b")))
        #expect(bench.hear().count == 1)
        let reference = bench.reference(handle: handle)
        #expect(bench.scrubbed(reference, ["hush-hush"]) == Scrubbed(isWrittenTo: false))
        #expect(bench.bytes(bench.log(step: 0, attempt: 1)) == Array("a ********* b".utf8))
        let living = try bench.started(bench.launch(.goesOn, step: 1))
        #expect(bench.scrubbed(bench.reference(1, handle: living), ["hush-hush"]) == Scrubbed(isWrittenTo: true))
        bench.machine.kill(bench.key(1))
        #expect(bench.hear().count == 1)
    }

    @Test("of steps are written, looked at and put back", arguments: Kind.allCases)
    func steps(_ kind: Kind) throws {
        let bench = try kind.bench()
        let key = bench.key(2)
        let place = FilePlace(path: "config", directory: bench.folder)
        let request = FileRequest(
            path: "config", directory: bench.folder, content: "new", mode: 0o644, owner: nil, group: nil)
        let path = "\(bench.folder)/config"
        #expect(bench.looked(place, request, key) == LookedFile(.nothing, isAsRequested: false))
        bench.machine.write(request, as: key)
        bench.machine.write(request, as: key)
        let accounts = bench.hear(2).map { occurrence -> String in
            if case .wrote(key, .success(let account)) = occurrence { account } else { "\(occurrence)" }
        }
        #expect(accounts == ["wrote 3 bytes", "unchanged"])
        let looked = bench.looked(place, request, key)
        #expect(looked?.isAsRequested == true)
        guard case .file(let bytes, mode: 0o644, let user, let group)? = looked?.found else {
            Issue.record("\(String(describing: looked))")
            return
        }
        #expect(bytes == Array("new".utf8))
        #expect(bench.looked(place, nil, key)?.isAsRequested == nil)
        let before = FoundFile.file(Array("before".utf8), mode: 0o644, user: user, group: group)
        bench.machine.replace(place, with: before, folders: [], as: key)
        guard case .replaced(key, .success(""))? = bench.hear().first else {
            Issue.record("it was not put back")
            return
        }
        #expect(bench.bytes(path) == Array("before".utf8))
        #expect(bench.looked(place, request, key)?.isAsRequested == false)
        bench.machine.replace(place, with: .nothing, folders: [], as: key)
        #expect(bench.hear().count == 1)
        #expect(bench.bytes(path) == nil)
    }

    @Test("that cannot be written say why")
    func refused() throws {
        let bench = try Kind.local.bench()
        let request = FileRequest(
            path: "../outside", directory: bench.folder, content: "new", mode: 0o644, owner: nil, group: nil)
        bench.machine.write(request, as: bench.key(0))
        guard case .wrote(bench.key(0), .failure(let error))? = bench.hear().first else {
            Issue.record("it was written")
            return
        }
        #expect(error.message.contains("leaves the runbook's folder"))
    }
}

extension Bench {
    fileprivate func looked(_ place: FilePlace, _ request: FileRequest?, _ key: ProcessKey) -> LookedFile? {
        machine.look(at: place, comparedTo: request, as: key)
        if case .looked(key, .success(let looked))? = hear().first { return looked }
        return nil
    }
}
