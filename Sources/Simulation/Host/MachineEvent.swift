import Execution

/// Something that is going to happen on the fake machine by itself.
enum MachineEvent: Sendable {
    /// A process writes its outputs, shows its work, ends, takes notice of TERM; by serial.
    case writes(Int)
    case works(Int)
    case ends(Int)
    case terminates(Int)
    /// The KILL that follows an unheard TERM; it comes only while the executor that sent the TERM lives.
    case kill(Int, executor: Int)
    /// Something that a body left behind writes to its log, and ends.
    case writesLate(Int, executor: Int)
    /// The executor stops waiting for the end of what it has killed.
    case givesUp(Int, executor: Int)
    /// The executor is stopped for so many seconds, while everything else goes on.
    case nap(Double, executor: Int)
    case answer(ProbeKey, step: String, gate: Int, executor: Int)
    /// A request to the machine is carried out, or answered, by its number.
    case isDue(request: Int, executor: Int)
    case interrupt(executor: Int)
    /// An interrupt that is noticed together with whatever comes next, and after it.
    case lateInterrupt(executor: Int)
    case typed(String?, executor: Int)
    /// The disk has done what the executor's journal asked of it.
    case synced(executor: Int)
    /// A person writes a word from another process.
    case word(step: String, OperatorAction)
}
