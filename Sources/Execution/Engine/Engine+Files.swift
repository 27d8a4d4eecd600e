import DAG
import Model

// Putting back what `file:` steps wrote over.
extension Engine {
    /// What stands where the file is to be written, as it goes with the intent; nil where nothing is to be kept: what
    /// is there will not be written over, or its path must not be stored.
    func fileIntent(_ request: FileRequest) throws(ValueError) -> FileIntent? {
        let place = FilePlace(path: request.path, directory: request.directory)
        guard values.mask.mask(place.absolute) == place.absolute else { return nil }
        let found: FoundFile
        let missing: [String]
        do { (found, missing) = try world.files.look(at: place) } catch { throw ValueError(error.message) }
        guard let before = try values.image(of: found) else { return nil }
        return FileIntent(
            place: place, before: before, folders: missing, mark: try values.contentMark(request.content),
            mode: request.mode & 0o7777)
    }

    /// Every place that the step wrote, with what was to be written there by each attempt, oldest first.
    private func written(_ index: Int) -> [(place: FilePlace, intents: [FileIntent])] {
        var list: [(place: FilePlace, intents: [FileIntent])] = []
        for attempt in status(index).attempts where !attempt.isUndone {
            guard let intent = attempt.file else { continue }
            if let known = list.firstIndex(where: { $0.place == intent.place }) {
                list[known].intents.append(intent)
            } else {
                list.append((intent.place, [intent]))
            }
        }
        return list
    }

    /// Begins to put back what the step wrote over; false where it has nothing to put back.
    func startPuttingBack(_ index: Int) -> Bool {
        guard runbook.steps[index].undo == nil, !written(index).isEmpty else { return false }
        let attempt = (status(index).attempts.last?.number ?? 0) + 1
        runs.change(index) { $0.intendsUndo(attempt) }
        emit(
            .intended(
                step: id(index),
                Intent(
                    role: .undo, attempt: attempt, fingerprint: Fingerprint(parts: []),
                    log: world.files.log(step: id(index), role: .undo, attempt: attempt))))
        outbox.afterwards(.putBack(step: index))
        return true
    }

    func putBack(_ index: Int) {
        if isHeldBack(index) { return }
        let start = now.uptime
        var accounts: [String] = []
        do {
            let list = written(index)
            for (place, intents) in list.reversed() {
                let account = try putBack(place, intents)
                accounts.append(list.count > 1 ? "\(place.path): \(account)" : account)
            }
        } catch {
            now = world.inbox.now
            return fail(index, "undo: \(error.message)")
        }
        now = world.inbox.now
        let seconds = max(0, now.uptime - start)
        change(index) { $0.putBack(accounts.joined(separator: "; "), seconds: seconds) }
    }

    private func putBack(_ place: FilePlace, _ intents: [FileIntent]) throws(ValueError) -> String {
        guard let first = intents.first else { return "" }
        let found: FoundFile
        do { found = try world.files.look(at: place).found } catch { throw ValueError(error.message) }
        let before = try values.found(in: first.before)
        switch FileReturn.decide(found: found, before: before, isOurs: try isOurs(found, intents)) {
        case .asBefore:
            // The folders may be all that is left of it.
            if before == .nothing { _ = try replace(place, with: .nothing) }
            return "as it was before"
        case .putBack:
            let remark = try replace(place, with: before)
            return (before == .nothing ? "removed" : "put back what was there before") + remark
        case .kept(let reason): return "kept \(place.path): \(reason)"
        }
    }

    private func replace(_ place: FilePlace, with file: FoundFile) throws(ValueError) -> String {
        do { return try world.files.replace(place, with: file, folders: madeFolders) } catch {
            throw ValueError(error.message)
        }
    }

    private func isOurs(_ found: FoundFile, _ intents: [FileIntent]) throws(ValueError) -> Bool {
        guard case .file(let bytes, let mode, _, _) = found else { return false }
        for intent in intents where intent.mode == mode {
            if try values.isContent(bytes, mark: intent.mark) { return true }
        }
        return false
    }

    /// The folders that this run made for files that are not down yet, or have not come up again since.
    private var madeFolders: Set<String> {
        var folders: Set<String> = []
        for status in state.steps.values {
            for attempt in status.attempts where !attempt.isUndone || status.state == .undone {
                folders.formUnion(attempt.file?.folders ?? [])
            }
        }
        return folders
    }
}
