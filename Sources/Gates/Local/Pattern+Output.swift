import Execution
import Patterns

extension Pattern {
    /// Searches what a program wrote; colours and other terminal codes are no part of it.
    func searchOutput(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        guard let plain = TerminalCodes.stripped(bytes) else { return search(bytes) }
        return search(plain)
    }

    func searchOutput(_ bytes: [UInt8]) -> Verdict {
        bytes.withUnsafeBytes { searchOutput($0) }
    }
}
