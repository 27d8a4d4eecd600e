/// Where finished text goes: standard output, or a test's memory.
///
/// Used by one thread.
package protocol LineSink: AnyObject {
    /// Writes all of the text before it returns. Writes nothing once the reader has gone.
    func write(_ text: String)

    /// False while the reader takes nothing (a terminal that was stopped by Ctrl-S): a write would wait for it.
    var isReady: Bool { get }

    /// The reader has gone, or the file is full: nothing that is written arrives any more.
    var isClosed: Bool { get }
}
