internal import Glibc

/// An errno, in words.
package struct SystemError: Error, Hashable, Sendable {
    package var code: Int32

    /// - Parameter code: that of the call that has just failed.
    package init(code: Int32 = errno) { self.code = code }

    /// As the system says it: `No such file or directory`.
    package var words: String { strerror(code).map { String(cString: $0) } ?? "Error \(code)" }

    /// To go on with in a sentence: `no such file or directory`.
    package var text: String {
        let words = words
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
