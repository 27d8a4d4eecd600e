/// Where the metadata of a code block begins.
///
/// Above it may stand a `#!` line, comments and blank lines. Whatever else looks as if it were meant to be metadata
/// there is told, for a block that is silently prose is a step that silently never runs.
enum BlockHead: Equatable {
    /// The first line of metadata: its number in the block (from 0) and its offset in bytes.
    case metadata(Marker, line: Int, offset: Int)
    /// The number (from 0) of a line that was meant as metadata and is not.
    case misspelt(line: Int)

    /// - Parameter language: the first word of the fence, lower case.
    static func find(in content: UnsafeBufferPointer<UInt8>, language: String) -> BlockHead? {
        var position = 0
        var number = 0
        while position < content.count {
            let (end, next) = BlockLines.end(of: content, from: position)
            let line = UnsafeBufferPointer(rebasing: content[position..<end])
            if let marker = Marker.leading(line), marker.isKnown(in: language) {
                return .metadata(marker, line: number, offset: position)
            }
            if let loose = LooseMetadata(line), loose.isMeant(in: language) { return .misspelt(line: number) }
            guard mayStandAbove(line) else { return nil }
            position = next
            number += 1
        }
        return nil
    }

    /// True for a blank line and for one that is a comment in some language.
    static func mayStandAbove(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = line.firstIndex(where: { !BlockLines.isBlank($0) }) else { return true }
        switch line[start] {
        case UInt8(ascii: "#"), UInt8(ascii: ";"): return true
        case UInt8(ascii: "-"), UInt8(ascii: "/"): return start + 1 < line.count && line[start + 1] == line[start]
        default: return false
        }
    }
}

/// A line that has the parts of a metadata line: comment characters, a bar, a key and a colon, with whatever blanks
/// between them.
struct LooseMetadata {
    /// Why such a line is not metadata.
    enum Flaw: Equatable {
        case invisible(Unicode.Scalar)
        case indented
        case apart
        case marker(String)
        case capitals
        case tight
        case colon
    }

    /// The comment characters, without the bar.
    private(set) var comment = ""
    /// In small letters.
    private(set) var key = ""
    /// What follows the colon, at most the first 100 scalars, without blanks at its ends.
    private(set) var value = ""
    private var flaws: [Flaw] = []

    /// The longest run of blanks, and the longest line, that is looked at.
    private static let reach = 200

    init?(_ line: UnsafeBufferPointer<UInt8>) {
        // A cheap look first: few lines have a bar near their start.
        guard line.prefix(Self.reach).contains(UInt8(ascii: "|")) else { return nil }
        var rest = Array(String(decoding: line.prefix(4 * Self.reach), as: UTF8.self).unicodeScalars)[...]
        if skipBlanks(&rest) { flaws.append(.indented) }
        while let next = rest.first, Self.comments.contains(next), comment.count < 4 {
            comment.unicodeScalars.append(next)
            rest.removeFirst()
        }
        guard !comment.isEmpty else { return nil }
        if skipBlanks(&rest) { flaws.append(.apart) }
        guard rest.popFirst() == "|" else { return nil }
        _ = skipBlanks(&rest)
        var hasCapitals = false
        while let next = rest.first, next.isASCII, next.properties.isAlphabetic || next == "-" {
            key.unicodeScalars.append(next)
            hasCapitals = hasCapitals || next.properties.isUppercase
            rest.removeFirst()
        }
        guard !key.isEmpty else { return nil }
        key = key.lowercased()
        if hasCapitals { flaws.append(.capitals) }
        _ = skipBlanks(&rest)
        guard let colon = rest.popFirst(), colon == ":" || colon == "\u{FF1A}" else { return nil }
        if colon != ":" { flaws.append(.colon) }
        if let next = rest.first, !Self.isBlank(next), !Self.isInvisible(next) { flaws.append(.tight) }
        _ = skipBlanks(&rest)
        value = Self.text(rest.prefix(100))
    }

    /// True for a line that was meant to make its block part of the runbook, and does not.
    func isMeant(in language: String) -> Bool {
        // Haddock: `-- | What it does`.
        guard BlockKey(rawValue: key) != nil, !(language == "haskell" && flaws.contains(.apart)) else { return false }
        return flaw(in: language) != nil
    }

    /// True where the line begins with the comment characters of this marker.
    func has(_ marker: Marker) -> Bool { "\(comment)|" == marker.text.description }

    /// The worst that is wrong with the line; nil when it is metadata.
    func flaw(in language: String) -> Flaw? {
        if let hidden = flaws.first(where: { if case .invisible = $0 { true } else { false } }) { return hidden }
        guard let marker = Marker.allCases.first(where: has), marker.isKnown(in: language) else {
            return .marker("\(comment)|")
        }
        return flaws.first
    }

    /// The line as it should be.
    func mended(in language: String) -> String {
        let marker = Marker.allCases.first { has($0) && $0.isKnown(in: language) } ?? .hash
        return "\(marker.text) \(key):" + (value.isEmpty ? "" : " \(value)")
    }

    /// True when there were any.
    private mutating func skipBlanks(_ rest: inout ArraySlice<Unicode.Scalar>) -> Bool {
        let before = rest.count
        while let next = rest.first, Self.isBlank(next) || Self.isInvisible(next) {
            if Self.isInvisible(next) { flaws.append(.invisible(next)) }
            rest.removeFirst()
        }
        return rest.count < before
    }

    private static let comments: Set<Unicode.Scalar> = ["#", "-", "/", ";", "%", "*", "<", "!", "'", "\""]

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    /// True for what looks like a blank, or like nothing, and is neither to YAML nor to a shell.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.isASCII && (scalar.properties.isWhitespace || scalar.properties.generalCategory == .format)
    }

    private static func text(_ scalars: some Collection<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        while let last = text.last, isBlank(last) || isInvisible(last) { text.removeLast() }
        return String(text)
    }
}

extension LooseMetadata.Flaw {
    /// Goes on after `this is meant as metadata, and is not read: …`.
    var explanation: String {
        switch self {
        case .invisible(let scalar):
            "it has an invisible character, U+" + LooseMetadata.Flaw.code(scalar)
                + (scalar.properties.name.map { " (\($0.lowercased()))" } ?? "")
        case .indented: "the marker must begin the line"
        case .apart: "there are blanks inside the marker"
        case .marker(let text): "`\(text)` is no marker of metadata in this language"
        case .capitals: "keys are written in small letters"
        case .tight: "YAML wants a blank after the colon"
        case .colon: "this is not the colon of YAML"
        }
    }

    private static func code(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
