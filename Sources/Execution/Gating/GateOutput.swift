internal import Model

/// The last lines of what a question's command printed, as they are kept with its answer.
enum GateOutput {
    /// Most lines that are kept, and most characters.
    static let mostLines = 5
    static let mostCharacters = 1024
    /// How much of the end is looked at, in bytes: secrets are masked before anything is cut off.
    private static let window = 64 << 10

    /// Output, then error, without terminal codes and empty lines, secrets masked; empty when nothing was printed.
    static func tail(_ capture: Capture, mask: Redactor) -> String {
        // Of error only the end was kept: its first line may be a part of one.
        let error = capture.error.count < Capture.mostError ? capture.error[...] : fullLines(capture.error[...])
        let lines = lines(of: capture.output.suffix(window), mask) + lines(of: error, mask)
        var kept: [Substring] = []
        var room = mostCharacters
        for line in lines.suffix(mostLines).reversed() where room > 0 {
            kept.append(line.count <= room ? line[...] : "…" + line.suffix(room - 1))
            room -= line.count + 1
        }
        return kept.reversed().joined(separator: "\n")
    }

    /// The last line alone, for a reason.
    static func lastLine(_ capture: Capture, mask: Redactor) -> String? {
        let text = tail(capture, mask: mask)
        return text.parts(at: "\n").last { !$0.isEmpty }.map { $0.count <= 200 ? String($0) : "…" + $0.suffix(199) }
    }

    private static func fullLines(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let end = bytes.firstIndex(of: 0x0A) else { return bytes }
        return bytes[(end + 1)...]
    }

    private static func lines(of bytes: ArraySlice<UInt8>, _ mask: Redactor) -> [String] {
        let plain = bytes.withUnsafeBytes { TerminalCodes.stripped($0) } ?? Array(bytes)
        let text = OSText.text(of: mask.mask(plain))
        // A carriage return overwrites a line; compared as scalars, since it melts into a line end as a Character.
        return text.unicodeScalars.split { $0 == "\n" || $0 == "\r" }.map(clean).filter { !$0.isEmpty }
    }

    /// Without control characters, and those that make a line read otherwise than it is.
    private static func clean(_ line: Substring.UnicodeScalarView.SubSequence) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in line {
            switch scalar.properties.generalCategory {
            case .control: if scalar == "\t" { scalars.append(" ") }
            case .format, .lineSeparator, .paragraphSeparator, .surrogate: continue
            default: scalars.append(scalar)
            }
        }
        let text = String(scalars)
        let isBlank = text.unicodeScalars.allSatisfy { $0.properties.isWhitespace }
        return isBlank ? "" : text
    }
}
