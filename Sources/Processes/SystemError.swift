import Glibc

/// An errno, in words.
struct SystemError: Hashable {
    var code: Int32

    /// Starts lower case and has no full stop: `no such file or directory`.
    var text: String {
        guard let words = strerror(code) else { return "error \(code)" }
        let text = String(cString: words)
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
