import Glibc
import Model
import Processes
import Terminal

/// Standard output and standard error, and how they may be used.
struct Console {
    let out: DescriptorSink
    let error: DescriptorSink
    let outTraits: Traits
    let errorTraits: Traits

    /// The process's own; used by one thread.
    nonisolated(unsafe) static let standard = Console(environment: ProcessContext.current.environment)

    init(environment: [String: String]) {
        out = DescriptorSink(STDOUT_FILENO)
        error = DescriptorSink(STDERR_FILENO)
        outTraits = Traits(environment: environment, isTerminal: isatty(STDOUT_FILENO) == 1)
        errorTraits = Traits(environment: environment, isTerminal: isatty(STDERR_FILENO) == 1)
    }

    var width: Int {
        TerminalSize.measure(STDOUT_FILENO, environment: ProcessContext.current.environment).columns
    }

    /// Columns that a table may take: where no terminal shows it, nothing has to give way to fit.
    var tableWidth: Int {
        let isBound = outTraits.isTerminal || ProcessContext.current.environment["COLUMNS"] != nil
        return isBound ? width : TerminalSize(columns: .max, rows: 1).columns
    }

    /// Writes a text and a line end to standard output.
    func print(_ text: String) { out.write(text.utf8.last == 0x0A ? text : text + "\n") }

    func print(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        out.write(lines.joined(separator: "\n") + "\n")
    }

    /// From now on nothing that is written here waits for its reader.
    ///
    /// - Parameter folder: where what a reader does not take may be kept.
    func detach(folder: String?) {
        let temporary = ProcessContext.current.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        for sink in [out, error] { sink.detach(folders: [folder, temporary, "/tmp"].compactMap { $0 }) }
    }

    /// Waits for the readers to take what is left, until somebody asks to stop.
    ///
    /// - Parameter status: with which the program ends.
    func settle(status: Int32) {
        ForcedExit.process.workIsDone(status: status)
        for sink in [out, error] { sink.drain(within: ForcedExit.process.patienceWithReaders) }
    }

    /// Throws when something could not be written to standard output; a reader that left is no error.
    func checkWritten() throws(CommandFailure) {
        guard let reason = out.failure else { return }
        throw CommandFailure(
            .failed, "standard output: \(reason)", hint: "what was written there is not complete")
    }

    /// Writes what a step handed on: as it is, but to a terminal only what cannot steer it.
    func printValue(_ text: String) {
        if outTraits.isTerminal { return print(Sanitizer.text(text)) }
        out.write(OSText.bytes(of: text.utf8.last == 0x0A ? text : text + "\n"))
    }

    /// The same for bytes that may be no text, without a line end.
    func printBytes(_ bytes: [UInt8]) {
        if outTraits.isTerminal {
            out.write(Sanitizer.text(OSText.text(of: bytes)))
        } else {
            out.write(bytes)
        }
    }

    /// Tells of a failure, with what to do about it, on standard error.
    func tell(_ failure: CommandFailure) {
        guard !failure.message.isEmpty else { return }
        var text = errorTraits.style.paint("error:", .bad) + " " + Sanitizer.text(failure.message) + "\n"
        if let hint = failure.hint {
            text += errorTraits.style.paint("hint:", .strong) + " " + Sanitizer.text(hint) + "\n"
        }
        error.write(text)
    }

    /// Tells something that a person should know and need not act on, on standard error.
    func note(_ text: String) { error.write("note: \(Sanitizer.line(text))\n") }

    func warn(_ text: String) {
        error.write(errorTraits.style.paint("warning:", .warning) + " \(Sanitizer.line(text))\n")
    }
}
