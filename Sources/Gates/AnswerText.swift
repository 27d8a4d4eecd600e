import Execution
import Model

/// The words of answers: short, uniform, on one line.
///
/// What holds / what does not:
/// - anything that connects: `refused`, `timed out after 5 s`, `no such host`, `name server: SERVFAIL`,
///   `no route to host`, `network unreachable`, `connection reset`, `no permission`, `too many open files`.
/// - anything: `not asked within 5 s: too many probes at once`, `not asked: too many probes at once`,
///   `cannot probe: too many open files`.
/// - http: `200` / `503`, `closed without an answer`, `not HTTP`, `no such socket`, `bad URL`, `bad method`,
///   `bad header NAME`, `unsupported scheme ftp`.
/// - http over TLS: `TLS: certificate has expired`, `TLS: certificate is not for HOST`,
///   `TLS: self-signed certificate`, … in OpenSSL's words, `TLS: cannot read ca`, `TLS: cannot use cert or key`,
///   `TLS: no secure connection`.
/// - http with `jq`: `200` / `200, jq false`, `200, jq null`, `200, jq gave nothing`, `200, body is not JSON`,
///   `200, jq: message`, `200, jq: no end`.
/// - http with `body`: `200` / `200, body does not match`, `200, regular expression too slow`.
/// - http with either: `200, body over 8 MiB`, `200, body cut short`, `200, body unfinished after 5 s`.
/// - tcp: `open` / `bad address`, `127.0.0.1:80 is listened on by PID 123 (nginx), not by this step`.
/// - dns: `3 answers` / `NXDOMAIN`, `no answers`, `1 of 3 answers`, `SERVFAIL`, `REFUSED`, `NOTIMP`, `FORMERR`,
///   `bad answer`, `bad name`, `bad type`, `bad server`, `server: no such host`.
/// - file: `present`, `match` / `absent`, `present, no match`, `present, no permission`, `present, not a file`,
///   `present, no match in the first 16 MiB`, `present, regular expression too slow`, `present, unreadable`,
///   `no permission`, `its file system did not answer within 5 s`.
/// - log: `match` / `no match`, `no match, lines cut at 64 KiB`,
///   `no log`, `no log, no permission`, `no match in the first 12 MiB`,
///   `regular expression too slow`.
/// - command with `stdout`: `exit 0, match` / `exit 0, no match`, `exit 0, no match in the first 1 MiB of output`,
///   `exit 0, regular expression too slow`.
/// - promql: `3 samples`, `3 of 3 samples >= 1` / `no samples`, `0 of 1 samples >= 3 (2)`, `400, bad_data: …`,
///   `503`, `200, not an answer of Prometheus`, `200, matrix in place of samples`.
/// - a regular expression or jq program that does not compile: `bad regular expression`, `bad jq program: …`.
/// - a kind that is not asked here: `not a network question`.
enum AnswerText {
    static let refused = "refused"
    static let noSuchHost = "no such host"
    static let tooSlow = "regular expression too slow"

    /// Longest text of an answer, in characters.
    static let longest = 200

    static func timedOut(after limit: String) -> String { "timed out after \(limit)" }

    /// On one line, without control characters, at most `longest` characters.
    static func clean(_ text: String) -> String {
        if isClean(text) { return text }
        var scalars = String.UnicodeScalarView()
        var isBlank = true
        for scalar in OSText.shown(text).unicodeScalars.prefix(8 * longest) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
                let separates = scalar.properties.isWhitespace
                if separates, !isBlank { scalars.append(" ") }
                isBlank = isBlank || separates
            // Directions and joiners that could make a line read otherwise than it is.
            case .format, .surrogate, .privateUse, .unassigned: continue
            default:
                scalars.append(scalar)
                isBlank = false
            }
        }
        if isBlank, !scalars.isEmpty { scalars.removeLast() }
        let line = String(scalars)
        return line.count <= longest ? line : line.prefix(longest - 1) + "…"
    }

    /// It is what `clean` makes of it, and quickly seen to be, as nearly all answers are: short, single blanks between
    /// visible ASCII.
    private static func isClean(_ text: String) -> Bool {
        var last = UInt8(ascii: " ")
        var count = 0
        for byte in text.utf8 {
            guard (0x20...0x7E).contains(byte), byte != 0x20 || last != 0x20, count < longest else { return false }
            last = byte
            count += 1
        }
        return count == 0 || last != 0x20
    }
}

extension Answer {
    static func yes(_ text: String) -> Answer { Answer(holds: true, text: AnswerText.clean(text)) }
    static func no(_ text: String) -> Answer { Answer(holds: false, text: AnswerText.clean(text)) }
}
