import Execution
import FoundationEssentials

/// The JSON of the column `detail`: what rare events carry and no query needs as a column of its own.
enum EventDetail {
    private struct StoredSession: Codable {
        var kind: String
        var runbook: String
        var title: String
        var paths: [String]
        var params: [String]
        var commandLine: String
        var jobs: Int
        var user: String
        var pid: Int32
        var bootID: String
        var version: String
        var values: [String]?
        var sources: [StoredSource]?
        var folder: String?
    }

    private struct StoredSource: Codable {
        var path: String
        var canonical: String
        var digest: String
        var isRoot: Bool
    }

    private struct StoredWord: Codable {
        var kind: String
        var user: String
        var note: String
        /// Only while the word waits in the inbox: those of an event are in the table `outputs`.
        var outputs: [StoredOutput]?
        /// What is accepted in place of the file that was written.
        var file: StoredMark?
    }

    private struct StoredMark: Codable {
        var content: String
        var mode: UInt32
    }

    private struct StoredOutput: Codable {
        var name: String
        var value: String?
        var sealed: Data?

        init(_ output: Output) {
            name = output.name
            switch output.value {
            case .plain(let text): value = text
            case .sealed(let bytes): sealed = Data(bytes)
            }
        }

        var output: Output {
            Output(name: name, value: sealed.map { .sealed(Array($0)) } ?? .plain(value ?? ""))
        }
    }

    private struct StoredAnswer: Codable {
        var output: String?
        var shown: String?
    }

    static func text(of session: Session) throws -> String {
        try encode(
            StoredSession(
                kind: session.kind.rawValue, runbook: session.runbook, title: session.title, paths: session.paths,
                params: session.params, commandLine: session.commandLine, jobs: session.jobs, user: session.user,
                pid: session.pid, bootID: session.bootID, version: session.version, values: session.values,
                sources: session.sources.map {
                    StoredSource(path: $0.path, canonical: $0.canonical, digest: $0.digest, isRoot: $0.isRoot)
                }, folder: session.folder))
    }

    /// - Parameter outputs: with its outputs, for the inbox.
    static func text(of word: OperatorAction, outputs: Bool = false) throws -> String {
        let list = outputs && !word.outputs.isEmpty ? word.outputs.map(StoredOutput.init) : nil
        let file = word.file.map { StoredMark(content: $0.content, mode: $0.mode) }
        return try encode(
            StoredWord(kind: word.kind.rawValue, user: word.user, note: word.note, outputs: list, file: file))
    }

    /// What goes with an answer beside its text; nil when there is nothing.
    static func text(of answer: Answer) throws -> String? {
        guard !answer.output.isEmpty || answer.shown != nil else { return nil }
        return try encode(StoredAnswer(output: answer.output.isEmpty ? nil : answer.output, shown: answer.shown))
    }

    /// A file before it is written over.
    private struct StoredFile: Codable {
        var path: String
        var directory: String
        /// `nothing`, `file` or `link`.
        var before: String
        var content: String?
        var sealed: Data?
        var mode: UInt32?
        var user: UInt32?
        var group: UInt32?
        var target: String?
        var folders: [String]
        var mark: String
        var writtenMode: UInt32
    }

    static func text(of file: FileIntent) throws -> String {
        var stored = StoredFile(
            path: file.place.path, directory: file.place.directory, before: "nothing", folders: file.folders,
            mark: file.mark, writtenMode: file.mode)
        switch file.before {
        case .nothing: break
        case .link(let target):
            stored.before = "link"
            stored.target = target
        case .file(let content, let mode, let user, let group):
            stored.before = "file"
            switch content {
            case .plain(let text): stored.content = text
            case .sealed(let bytes): stored.sealed = Data(bytes)
            }
            (stored.mode, stored.user, stored.group) = (mode, user, group)
        }
        return try encode(stored)
    }

    static func file(_ text: String) -> FileIntent? {
        guard let stored = decode(StoredFile.self, text) else { return nil }
        let before: FileImage
        switch stored.before {
        case "nothing": before = .nothing
        case "link":
            guard let target = stored.target else { return nil }
            before = .link(target)
        case "file":
            guard let mode = stored.mode, let user = stored.user, let group = stored.group else { return nil }
            let content: Output.Value
            if let text = stored.content {
                content = .plain(text)
            } else if let sealed = stored.sealed {
                content = .sealed(Array(sealed))
            } else {
                return nil
            }
            before = .file(content, mode: mode, user: user, group: group)
        default: return nil
        }
        return FileIntent(
            place: FilePlace(path: stored.path, directory: stored.directory), before: before, folders: stored.folders,
            mark: stored.mark, mode: stored.writtenMode)
    }

    /// What something runs as that is no process of this machine.
    private struct StoredHandle: Codable {
        var machine: String
        var incarnation: String
        var handle: String
    }

    static func text(of handle: Handle) throws -> String {
        try encode(
            StoredHandle(machine: handle.machine, incarnation: handle.incarnation, handle: handle.opaque))
    }

    static func handle(_ text: String) -> Handle? {
        decode(StoredHandle.self, text).map {
            Handle(machine: $0.machine, incarnation: $0.incarnation, opaque: $0.handle)
        }
    }

    static func text(of list: [String]) throws -> String {
        try encode(list)
    }

    static func session(_ text: String) -> Session? {
        guard let stored = decode(StoredSession.self, text), let kind = Session.Kind(rawValue: stored.kind) else {
            return nil
        }
        var session = Session(
            kind: kind, runbook: stored.runbook, title: stored.title, paths: stored.paths, params: stored.params,
            commandLine: stored.commandLine, jobs: stored.jobs, user: stored.user, pid: stored.pid,
            bootID: stored.bootID, version: stored.version)
        session.values = stored.values ?? []
        session.sources = (stored.sources ?? []).map {
            Session.Source(path: $0.path, canonical: $0.canonical, digest: $0.digest, isRoot: $0.isRoot)
        }
        session.folder = stored.folder ?? ""
        return session
    }

    static func word(_ text: String, fingerprint: Fingerprint?) -> OperatorAction? {
        guard let stored = decode(StoredWord.self, text), let kind = OperatorAction.Kind(rawValue: stored.kind) else {
            return nil
        }
        return OperatorAction(
            kind: kind, user: stored.user, note: stored.note, fingerprint: fingerprint,
            outputs: stored.outputs?.map(\.output) ?? [],
            file: stored.file.map { FileMark(content: $0.content, mode: $0.mode) })
    }

    /// The answer with what goes with it put in.
    static func answer(_ answer: Answer, _ text: String) -> Answer {
        guard let stored = decode(StoredAnswer.self, text) else { return answer }
        return Answer(holds: answer.holds, text: answer.text, output: stored.output ?? "", shown: stored.shown)
    }

    static func list(_ text: String) -> [String]? {
        decode([String].self, text)
    }

    /// Not as what is printed is written (`JSONValue` of `Reports`): that spells out for people the bytes that are no
    /// text, and what is stored has to come back as it was.
    private static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) -> Value? {
        try? JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
