import Execution

/// The files of the run's folder and those that `file:` steps write, on the fake machine.
final class FakeFiles: RunFiles {
    private let machine: SimulatedHost
    private let crash: CrashSwitch
    private let checker: InvariantChecker

    init(machine: SimulatedHost, crash: CrashSwitch, checker: InvariantChecker) {
        self.machine = machine
        self.crash = crash
        self.checker = checker
    }

    private static let gone = FileError(message: "the executor is gone")

    func log(step: String, role: Role, attempt: Int) -> String { "/run/logs/\(step).\(role.word).\(attempt)" }
    func outputs(step: String, attempt: Int) -> String { "/run/outputs/\(step).\(attempt)" }
    func sealedOutputs(step: String, attempt: Int) -> String { outputs(step: step, attempt: attempt) + ".sealed" }
    func script(step: String, role: Role, attempt: Int) -> String { "/run/scripts/\(step).\(role.word).\(attempt)" }
    var exitsPath: String { "/run/exits" }
    func exists(_ path: String) -> Bool { machine.files[path] != nil }
    func read(_ path: String, limit: Int) throws(FileError) -> [UInt8]? { machine.files[path] }
    func tail(_ path: String, lines: Int) -> [String] { [] }

    func remove(_ path: String) {
        guard !crash.passes("before removing \(path)", machine), machine.files[path] != nil else { return }
        machine.tell("remove \(path)")
        checker.removes(path)
        machine.files[path] = nil
        _ = crash.passes("after removing \(path)", machine)
    }

    func keep(_ bytes: [UInt8], at path: String) throws(FileError) {
        guard !crash.passes("before keeping \(path)", machine) else { throw Self.gone }
        machine.files[path] = bytes
        machine.tell("keep \(path)")
    }

    func look(at place: FilePlace) throws(FileError) -> (found: FoundFile, missing: [String]) {
        guard let bytes = machine.files[place.absolute] else { return (.nothing, []) }
        return (.file(bytes, mode: 0o644, user: 0, group: 0), [])
    }

    func replace(_ place: FilePlace, with file: FoundFile, folders: Set<String>) throws(FileError) -> String {
        let path = place.absolute
        if crash.passes("before putting back \(path)", machine) { throw Self.gone }
        var random = SeededRandom(machine.seed, "put back", path, number: checker.writings)
        if random.chance(machine.faults.fileFails) { throw FileError(message: "no space left on device") }
        checker.puttings += 1
        if case .file(let bytes, _, _, _) = file { machine.files[path] = bytes } else { machine.files[path] = nil }
        machine.tell("put back \(path)")
        checker.putBack(path)
        if crash.passes("after putting back \(path)", machine) { throw Self.gone }
        return ""
    }

    func matches(_ request: FileRequest) -> Bool {
        let path = request.path.hasPrefix("/") ? request.path : request.directory + "/" + request.path
        return machine.files[path] == Array(request.content.utf8)
    }
}
