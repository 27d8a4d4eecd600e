import CPCRE2

/// A regular expression in the dialect of PCRE2, compiled once, that is matched to UTF-8 and cannot take for ever.
///
/// Letters, digits and cases are Unicode's; every line end of Unicode ends a line. Bytes that are not UTF-8 count as
/// U+FFFD. May be used by any thread.
package final class Pattern: @unchecked Sendable {
    /// What has to match.
    package enum Extent {
        /// Some part of the text; `^` and `$` match at every line of it.
        case part
        /// All of the text, which is what `^` and `$` match at the ends of.
        case whole
    }

    package enum Verdict: Equatable, Sendable {
        case match, noMatch
        /// The search was given up after too many steps, or for want of memory.
        case tooSlow
    }

    /// Why a regular expression does not compile.
    package struct Problem: Error, Equatable {
        /// Continues a sentence.
        package var message: String
    }

    /// How much one search may do: so many units for each byte of the text, and so many more.
    ///
    /// A step of the matcher counts as `stepCost`, a byte that it moves on or back as one. What is allowed takes about
    /// a tenth of a second, for which whoever asks waits; a few nested repetitions could otherwise take years.
    private static let stepCost = 16
    private static let unitsPerByte = 64
    private static let baseUnits = 100_000_000
    /// Kibibytes that a search may take for places to come back to.
    private static let heapLimit: UInt32 = 64 << 10

    private enum Matcher {
        /// Most expressions are plain text, which is found without decoding anything.
        case literal([UInt8])
        case code(OpaquePointer)
    }

    private let matcher: Matcher

    /// - Throws: where the expression does not compile.
    package init(_ text: String, _ extent: Extent = .part) throws(Problem) {
        if extent == .part, !text.isEmpty, !text.unicodeScalars.contains(where: Self.special.contains) {
            matcher = .literal(Array(text.utf8))
        } else {
            matcher = .code(try Self.compile(text, extent))
        }
    }

    deinit {
        if case .code(let code) = matcher { pcre2_code_free_8(code) }
    }

    private static let special = Set(#"\^$.|?*+()[]{}"#.unicodeScalars)

    private static func compile(_ text: String, _ extent: Extent) throws(Problem) -> OpaquePointer {
        var options = PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C
        // A call at every step counts them: the limits of PCRE2 itself begin anew at every place that it starts from.
        options |= PCRE2_AUTO_CALLOUT
        switch extent {
        case .part: options |= PCRE2_MULTILINE
        case .whole: options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED
        }
        guard let context = pcre2_compile_context_create_8(nil) else { throw Problem(message: "there is no memory") }
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_ANY))
        var code: Int32 = 0
        var offset = 0
        let bytes = Array(text.utf8)
        guard let compiled = pcre2_compile_8(bytes, bytes.count, options, &code, &offset, context) else {
            throw Problem(message: PatternText.problem(in: text) ?? said(code, at: offset, of: bytes))
        }
        return compiled
    }

    /// PCRE2's words, with the place that they are about.
    private static func said(_ code: Int32, at offset: Int, of bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let length = pcre2_get_error_message_8(code, &text, text.count)
        let words = length > 0 ? String(decoding: text.prefix(Int(length)), as: UTF8.self) : "error \(code)"
        let before = String(decoding: bytes.prefix(min(offset, bytes.count)).suffix(20), as: UTF8.self)
        return before.isEmpty ? words : "\(words), after `\(before)`"
    }

    /// The text as a regular expression that matches just it.
    package static func escaped(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if #"\^$.|?*+()[{}/"#.unicodeScalars.contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }

    package func search(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        switch matcher {
        case .literal(let wanted):
            guard let base = bytes.baseAddress else { return .noMatch }
            return memmem(base, bytes.count, wanted, wanted.count) == nil ? .noMatch : .match
        case .code(let code):
            if let verdict = Self.search(bytes, code) { return verdict }
            var text = String(decoding: bytes, as: UTF8.self)
            return text.withUTF8 { Self.search(UnsafeRawBufferPointer($0), code) } ?? .noMatch
        }
    }

    package func search(_ bytes: [UInt8]) -> Verdict {
        bytes.withUnsafeBytes { search($0) }
    }

    package func search(_ text: String) -> Verdict {
        var text = text
        return text.withUTF8 { search(UnsafeRawBufferPointer($0)) }
    }

    /// Nil when the bytes are not UTF-8.
    private static func search(_ bytes: UnsafeRawBufferPointer, _ code: OpaquePointer) -> Verdict? {
        guard let match = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
            return .tooSlow
        }
        defer {
            pcre2_match_data_free_8(match)
            pcre2_match_context_free_8(context)
        }
        pcre2_set_heap_limit_8(context, heapLimit)
        var tally = Tally(left: unitsPerByte * bytes.count + baseUnits)
        let result = withUnsafeMutablePointer(to: &tally) { tally in
            pcre2_set_callout_8(context, Tally.count, tally)
            let text = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            return pcre2_match_8(code, text, bytes.count, 0, 0, match, context)
        }
        switch result {
        case 0...: return .match
        case PCRE2_ERROR_NOMATCH: return .noMatch
        case PCRE2_ERROR_UTF8_ERR21...PCRE2_ERROR_UTF8_ERR1: return nil
        default: return .tooSlow
        }
    }

    /// What one search has left to do.
    private struct Tally {
        var left: Int
        var position = 0

        /// Called by PCRE2 at every step.
        static let count:
            @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) -> Int32 = {
                block, data in
                guard let block, let tally = data?.assumingMemoryBound(to: Tally.self) else { return 0 }
                let position = Int(block.pointee.current_position)
                tally.pointee.left -= stepCost + abs(position - tally.pointee.position)
                tally.pointee.position = position
                return tally.pointee.left < 0 ? PCRE2_ERROR_CALLOUT : 0
            }
    }
}
