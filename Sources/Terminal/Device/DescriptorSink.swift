internal import Glibc
internal import Model

/// Writes to a file descriptor, standard output as a rule.
///
/// A reader that closes its end of a pipe is no error: from then on nothing is written, and `isClosed` says so.
package final class DescriptorSink: LineSink {
    private enum Mode {
        /// Each write waits for the reader.
        case direct
        /// Writes are handed over, and wait for nobody.
        case background(BackgroundWriter)
    }

    private let descriptor: Int32
    private var mode = Mode.direct
    private var end: WriteEnd?

    /// Ignores SIGPIPE in this process, since a broken pipe is told by the write itself.
    package init(_ descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
        signal(SIGPIPE, SIG_IGN)
    }

    private var ended: WriteEnd? {
        if case .background(let writer) = mode { writer.ended } else { end }
    }

    package var isClosed: Bool { ended != nil }

    /// Why writing ended, where it was not for a reader that left: what `errno` means.
    package var failure: String? {
        switch ended {
        case .refused(let reason), .failed(let reason): reason
        case .left, nil: nil
        }
    }

    /// From now on no write waits for the reader, unless no thread is to be had.
    ///
    /// - Parameter folders: where what the reader does not take may be kept, in order of preference.
    package func detach(folders: [String]) {
        guard case .direct = mode, end == nil else { return }
        if let writer = BackgroundWriter(descriptor, folders: folders) { mode = .background(writer) }
    }

    /// Waits until the reader has taken everything.
    ///
    /// - Parameter seconds: for how long at most; nil: as long as the reader wants.
    /// - Returns: whether nothing is left.
    @discardableResult
    package func drain(within seconds: Double?) -> Bool {
        if case .background(let writer) = mode { writer.drain(within: seconds) } else { true }
    }

    /// Writes text for people and programs: what is not UTF-8 in it is spelt out.
    package func write(_ text: String) {
        var text = OSText.shown(text)
        text.withUTF8 { write(Array($0)) }
    }

    /// Writes bytes that may be no text.
    package func write(_ bytes: [UInt8]) {
        switch mode {
        case .background(let writer): writer.write(bytes)
        case .direct:
            guard end == nil else { return }
            end = WriteEnd.write(bytes[...], to: descriptor)
        }
    }

    package var isReady: Bool {
        if case .background(let writer) = mode, !writer.isIdle { return false }
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) != 0
    }
}
