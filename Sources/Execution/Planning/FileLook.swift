package import Model

/// What became of a file that a step wrote.
package enum FileFate: Hashable, Sendable {
    /// Content and mode are those that were written, or that a person accepted, or that the step would write now.
    case asWritten
    case gone
    /// Somebody changed it; how, for people.
    case changed(String)
}

/// Looks at what file steps wrote: each has everything that a gate has.
package struct FileLook {
    private let runbook: Runbook
    private let files: any RunFiles
    private let values: Values

    package init(runbook: Runbook, files: any RunFiles, values: Values) {
        self.runbook = runbook
        self.files = files
        self.values = values
    }

    /// Nil for what is no file step, wrote nothing in this run, or cannot be compared.
    package func fate(_ index: Int, _ status: StepStatus) -> FileFate? {
        guard let intent = Self.intent(runbook.steps[index], status) else { return nil }
        let found: FoundFile
        do { found = try files.look(at: intent.place).found } catch {
            return .changed("cannot be looked at: \(error.message)")
        }
        let wanted = status.acceptedFile ?? FileMark(content: intent.mark, mode: intent.mode)
        if status.isBeingTakenDown, isPutBack(found, intent.place, status) { return .gone }
        switch found {
        case .nothing: return .gone
        case .link: return isWanted(index, intent.place) ? .asWritten : .changed("is a link now")
        case .other: return .changed("is no file any more")
        case .file(let bytes, let mode, _, _):
            guard let isSame = try? values.isContent(bytes, mark: wanted.content) else { return nil }
            if isSame, mode == wanted.mode || isWanted(index, intent.place) { return .asWritten }
            if isSame { return .changed("has mode \(Self.octal(mode)), not \(Self.octal(wanted.mode))") }
            return isWanted(index, intent.place) ? .asWritten : .changed("was changed since it was written")
        }
    }

    /// What is there, for a person's word that it stays; nil where that is no file.
    package func mark(_ index: Int, _ status: StepStatus) throws(ValueError) -> FileMark? {
        guard let intent = Self.intent(runbook.steps[index], status),
            case .file(let bytes, let mode, _, _)? = try? files.look(at: intent.place).found
        else { return nil }
        return FileMark(content: try values.contentMark(bytes), mode: mode)
    }

    /// Where the file of a step that came up is.
    package static func path(_ step: Step, _ status: StepStatus) -> String? { intent(step, status)?.place.absolute }

    private static func intent(_ step: Step, _ status: StepStatus) -> FileIntent? {
        guard case .file = step.kind,
            status.state == .done || status.state == .lapsed || status.isBeingTakenDown,
            let attempt = status.lastBody, !attempt.isUndone
        else { return nil }
        return attempt.file
    }

    /// It is what was there before this run first wrote it: nobody but `down` made it so.
    private func isPutBack(_ found: FoundFile, _ place: FilePlace, _ status: StepStatus) -> Bool {
        let first = status.attempts.lazy.filter { !$0.isUndone }.compactMap(\.file).first { $0.place == place }
        guard let before = first.flatMap({ try? values.found(in: $0.before) }) else { return false }
        return found == before
    }

    /// The step would write just that, there.
    private func isWanted(_ index: Int, _ place: FilePlace) -> Bool {
        let step = runbook.steps[index]
        guard case .file(let file) = step.kind,
            let request = try? values.request(file, of: step, in: runbook.scopes[step.scope])
        else { return false }
        return FilePlace(path: request.path, directory: request.directory) == place && files.matches(request)
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
