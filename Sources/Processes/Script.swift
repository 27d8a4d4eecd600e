import Execution

/// How the text of a body travels to its interpreter.
enum Script {
    /// Longest text passed as an argument; Linux refuses single arguments of 128 KiB and more.
    static let argumentLimit = 120 * 1_024
    /// Longest text put into a file.
    static let fileLimit = 64 << 20

    /// Makes the file, private, in place of one left by an earlier question.
    static func write(_ text: String, to path: String) throws(LaunchError) {
        guard text.utf8.count <= fileLimit else {
            throw LaunchError(
                message: "a script of \(text.utf8.count) bytes is too long; at most \(fileLimit) are allowed",
                isTemporary: false)
        }
        do {
            try WholeFile.replace(path, with: text)
        } catch {
            throw LaunchError(message: error.message, isTemporary: false)
        }
    }
}
