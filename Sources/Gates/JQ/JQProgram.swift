import CJQ
import Glibc
import Model

/// A compiled jq program.
///
/// Compiling takes tens of milliseconds with jq 1.6 and running microseconds. Not thread-safe.
final class JQProgram {
    /// Why a program does not compile, in jq's words, on one line.
    struct Fault: Error, Equatable {
        var text: String
    }

    enum Outcome: Equatable {
        /// The last value is neither false nor null.
        case holds
        case isFalse, isNull
        case gaveNothing
        case notJSON
        /// The program raised an error, or had no end.
        case failed(String)
    }

    /// Most values one run may give.
    static let mostValues = 100_000

    private final class Complaints {
        var lines: [String] = []
    }

    private let state: OpaquePointer
    private let complaints = Complaints()

    convenience init(_ text: String) throws(Fault) {
        try self.init(compiling: text)
    }

    /// Whether the syntax is right, which jq says long before it knows about names; false where it does not say.
    ///
    /// - Throws: what is wrong with the syntax.
    static func parses(_ text: String) throws(Fault) -> Bool {
        // Having read everything, jq looks for modules before it compiles anything.
        let module = "./none"
        do throws(Fault) {
            _ = try JQProgram(compiling: "import \"\(module)\" as none; \(text)")
            return false
        } catch {
            guard error.text.hasPrefix("module not found") else { throw error }
            return true
        }
    }

    private init(compiling text: String) throws(Fault) {
        guard !text.utf8.contains(0) else { throw Fault(text: "NUL in the program") }
        guard let state = jq_init() else { throw Fault(text: "out of memory") }
        self.state = state
        // Without this, jq writes its complaints to standard error.
        jq_set_error_cb(
            state,
            { context, message in
                let line = JQProgram.text(jq_format_error(message))
                guard let context else { return }
                let complaints = Unmanaged<Complaints>.fromOpaque(context).takeUnretainedValue()
                if complaints.lines.count < 16 { complaints.lines.append(line) }
            }, Unmanaged.passUnretained(complaints).toOpaque())
        // libjq ends the process over a program with modules unless it is told where they are: nowhere.
        jq_set_attr(state, jv_string("JQ_ORIGIN"), jv_string("/nonexistent"))
        jq_set_attr(state, jv_string("PROGRAM_ORIGIN"), jv_string("/nonexistent"))
        jq_set_attr(state, jv_string("JQ_LIBRARY_PATH"), jv_array())
        guard jq_compile(state, text) != 0 else {
            throw Fault(text: Self.summary(complaints.lines))
        }
    }

    deinit {
        var state: OpaquePointer? = state
        jq_teardown(&state)
    }

    func run(on json: [UInt8]) -> Outcome {
        let input = json.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return jv_invalid() }
            return jv_parse_sized(start.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        guard jv_get_kind(input) != JV_KIND_INVALID else {
            jv_free(input)
            return .notJSON
        }
        var outcome = Outcome.gaveNothing
        let wasEnded = JQWatchdog.shared.watch(state) { outcome = judge(input) }
        return wasEnded ? .failed("no end") : outcome
    }

    private func judge(_ input: jv) -> Outcome {
        jq_start(state, input, 0)
        var last = Outcome.gaveNothing
        for _ in 0..<Self.mostValues {
            let value = jq_next(state)
            switch jv_get_kind(value) {
            case JV_KIND_INVALID:
                guard jv_invalid_has_msg(jv_copy(value)) != 0 else {
                    jv_free(value)
                    return jq_halted(state) != 0 ? .failed("the program halted") : last
                }
                return .failed(Self.text(jv_invalid_get_msg(value)))
            case JV_KIND_NULL: last = .isNull
            case JV_KIND_FALSE: last = .isFalse
            default: last = .holds
            }
            jv_free(value)
        }
        return .failed("no end after \(Self.mostValues) values")
    }

    /// A string's characters, or any other value as JSON; consumes the value.
    private static func text(_ value: jv) -> String {
        let string = jv_get_kind(value) == JV_KIND_STRING ? value : jv_dump_string(value, 0)
        defer { jv_free(string) }
        return String(cString: jv_string_value(string))
    }

    /// The first complaint, without what only makes sense in a shell:
    /// `jq: error: syntax error, unexpected $end (Unix shell quoting issues?) at <top-level>, line 1:\n.a +`.
    static func summary(_ complaints: [String]) -> String {
        guard let first = complaints.first?.words(at: "\n").first else { return "does not compile" }
        var text = String(first)
        for noise in ["jq: error: ", "error: ", " (Unix shell quoting issues?)"] {
            guard let range = text.firstRange(of: noise) else { continue }
            text.removeSubrange(range)
        }
        if let place = text.firstRange(of: " at <top-level>") {
            let line = text[place.upperBound...].filter(\.isNumber)
            text = String(text[..<place.lowerBound]) + (line == "1" || line.isEmpty ? "" : " in line \(line)")
        }
        return text.replacing("$end", with: "the end")
    }
}
