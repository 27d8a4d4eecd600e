import Execution

/// The text form of exit notes.
enum ExitNotes {
    /// Reads lines of the form `STEP ATTEMPT STATUS`, in order.
    ///
    /// A last line without its line end may be torn and is passed over, as is everything that does not have the form.
    static func parse(_ bytes: [UInt8]) -> [ExitNote] {
        guard let end = bytes.lastIndex(of: 0x0A) else { return [] }
        return bytes[..<end].split(separator: 0x0A).compactMap { line in
            let fields = line.split(separator: 0x20, omittingEmptySubsequences: false)
            guard fields.count == 3, !fields[0].isEmpty,
                let attempt = Int(String(decoding: fields[1], as: UTF8.self)), attempt > 0,
                let status = Int32(String(decoding: fields[2], as: UTF8.self)), (0...255).contains(status)
            else { return nil }
            return ExitNote(step: String(decoding: fields[0], as: UTF8.self), attempt: attempt, status: status)
        }
    }
}
