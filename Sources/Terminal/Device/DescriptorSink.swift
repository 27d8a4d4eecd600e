internal import Glibc

/// Writes to a file descriptor, standard output as a rule, without a buffer of its own.
///
/// A reader that closes its end of a pipe is no error: from then on nothing is written, and `isClosed` says so.
package final class DescriptorSink: LineSink {
    private let descriptor: Int32
    package private(set) var isClosed = false
    /// Why writing ended, where it was not for a reader that left: what `errno` means.
    package private(set) var failure: String?

    /// Ignores SIGPIPE in this process, since a broken pipe is told by the write itself.
    package init(_ descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
        signal(SIGPIPE, SIG_IGN)
    }

    package func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    /// Writes bytes that may be no text.
    package func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while let base = rest.baseAddress, rest.count > 0, !isClosed {
            let written = Glibc.write(descriptor, base, rest.count)
            if written >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } else {
                recover(errno)
            }
        }
    }

    package var isReady: Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&request, 1, 0) != 0
    }

    private func recover(_ code: Int32) {
        switch code {
        case EINTR: break
        case EAGAIN:
            // Somebody made the terminal non-blocking, for themselves and for us.
            var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            _ = poll(&request, 1, 1000)
        case EPIPE: isClosed = true
        default:
            isClosed = true
            failure = String(cString: strerror(code))
        }
    }
}
