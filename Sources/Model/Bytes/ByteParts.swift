/// Text cut by bytes.
///
/// A Character is more than one scalar where marks follow, and `\r\n` is one: what is cut at Characters is not cut
/// there. Text from outside (files, paths, the environment, output) is therefore cut by these.
extension StringProtocol {
    /// The parts between separators, empty ones too; there is always one.
    package func parts(at separator: Unicode.Scalar, maxSplits: Int = .max) -> [Substring] {
        Substring(self).utf8
            .split(separator: UInt8(ascii: separator), maxSplits: maxSplits, omittingEmptySubsequences: false)
            .map { Substring($0) }
    }

    /// The parts between separators, but for empty ones.
    package func words(at separator: Unicode.Scalar) -> [Substring] { parts(at: separator).filter { !$0.isEmpty } }

    /// The lines, without their ends: a line feed, or a carriage return and a line feed.
    package var byteLines: [Substring] {
        parts(at: "\n").map { $0.utf8.last == 0x0D ? Substring($0.utf8.dropLast()) : $0 }
    }
}
