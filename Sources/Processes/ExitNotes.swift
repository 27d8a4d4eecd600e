import Execution

/// The text form of exit notes.
enum ExitNotes {
    /// In place of a status: the executor ended the attempt, so that the status it left behind says nothing.
    static let interrupted = "interrupted"

    /// Reads lines of the form `STEP ATTEMPT STATUS`, in order; none of attempts that the executor ended itself.
    ///
    /// A last line without its line end may be torn and is passed over, as is everything that does not have the form.
    static func parse(_ bytes: [UInt8]) -> [ExitNote] {
        guard let end = bytes.lastIndex(of: 0x0A) else { return [] }
        var notes: [ExitNote] = []
        for line in bytes[..<end].split(separator: 0x0A) {
            let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 3, !fields[0].isEmpty, let attempt = Int(fields[1]), attempt > 0 else { continue }
            if fields[2] == interrupted {
                notes.removeAll { $0.step == fields[0] && $0.attempt == attempt }
            } else if let status = Int32(fields[2]), (0...255).contains(status) {
                notes.append(ExitNote(step: fields[0], attempt: attempt, status: status))
            }
        }
        return notes
    }
}
