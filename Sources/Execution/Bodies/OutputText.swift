/// Reads what a body wrote to `$RUNBOOK_OUTPUT`: `name=value` lines and `name<<MARK … MARK` blocks.
///
/// Everything is bytes: a line ends at a line feed and nowhere else, and a value is what stands there.
package enum OutputText {
    /// What is wrong with the text, with the line it is in (from 1). The message quotes nothing of the text.
    package struct Failure: Error, Hashable, Sendable {
        package var line: Int
        package var message: String

        package init(line: Int, message: String) {
            self.line = line
            self.message = message
        }
    }

    /// A part of the text, in the order written.
    package enum Piece: Hashable, Sendable {
        /// A value and the line that it stands in (the first one of a block); of a block without its end, what there
        /// is of it.
        case value(name: String, [UInt8], line: [UInt8])
        /// A line that makes no sense.
        case stray([UInt8])
    }

    /// What a text holds, as far as it can be made out.
    package struct Reading: Hashable, Sendable {
        package fileprivate(set) var pieces: [Piece] = []
        /// Values that are well written, by name; a later one replaces an earlier one.
        package fileprivate(set) var values: [String: [UInt8]] = [:]
        /// The first thing that is wrong.
        package fileprivate(set) var failure: Failure?
    }

    /// Largest value, in bytes.
    package static let limit = 1 << 20
    /// Largest file read, in bytes.
    package static let fileLimit = 16 << 20

    /// Blank lines are skipped.
    package static func read(_ bytes: [UInt8]) -> Reading {
        var reading = Reading()
        // An end at the very end begins no further line.
        let text = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
        var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
        var number = 0
        while let line = lines.popFirst() {
            number += 1
            if line.isEmpty { continue }
            if let (name, value) = cut(line, at: [0x3D]) {
                reading.take(name, Array(value), line: Array(line))
            } else if let (name, mark) = cut(line, at: [0x3C, 0x3C]), !mark.isEmpty {
                let block = lines.prefix { $0 != mark }
                lines = lines.dropFirst(block.count)
                let isClosed = lines.popFirst() != nil
                let value = Array(block.joined(separator: [0x0A]))
                if isClosed {
                    reading.take(name, value, line: Array(line))
                } else {
                    reading.pieces.append(.value(name: name, value, line: Array(line)))
                    reading.fail(number, "the block that begins here has no end: its mark does not stand on a line")
                }
                number += block.count + (isClosed ? 1 : 0)
            } else {
                reading.pieces.append(.stray(Array(line)))
                reading.fail(number, "expected `name=value` or `name<<MARK`")
            }
        }
        return reading
    }

    /// Splits a line at the first separator, when what stands before it is a name.
    private static func cut(_ line: ArraySlice<UInt8>, at separator: [UInt8]) -> (
        name: String, rest: ArraySlice<UInt8>
    )? {
        let name = line.prefix { $0 == 0x5F || $0 == 0x2D || isLetter($0) || (0x30...0x39).contains($0) }
        guard let first = name.first, first == 0x5F || isLetter(first) else { return nil }
        let rest = line[name.endIndex...]
        guard rest.starts(with: separator) else { return nil }
        return (String(decoding: name, as: UTF8.self), rest.dropFirst(separator.count))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

extension OutputText.Reading {
    fileprivate mutating func take(_ name: String, _ value: [UInt8], line: [UInt8]) {
        pieces.append(.value(name: name, value, line: line))
        values[name] = value
    }

    fileprivate mutating func fail(_ line: Int, _ message: String) {
        failure = failure ?? OutputText.Failure(line: line, message: message)
    }

    /// Names that no output has, each once, in the order written, and how many such lines there are besides whose names
    /// are not told: they may be the lines of a secret, or are longer than a name would be.
    package func undeclared(_ isSecret: [String: Bool]) -> (names: [String], others: Int) {
        var names: [String] = []
        var others = 0
        var isInSecret = false
        for case .value(let name, _, _) in pieces {
            isInSecret = isSecret[name] ?? isInSecret
            guard isSecret[name] == nil else { continue }
            if isInSecret || name.utf8.count > Self.longestTold {
                others += 1
            } else if !names.contains(name) {
                names.append(name)
            }
        }
        return (names, others)
    }

    private static var longestTold: Int { 40 }

    /// Everything that may be part of a secret: the values of secret outputs, replaced ones too, and the lines after
    /// one that belong to no declared output, as the second line of a value does that was written with `name=`.
    ///
    /// - Parameter isSecret: the declared names.
    package func secrets(_ isSecret: [String: Bool]) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var isInSecret = false
        for piece in pieces {
            switch piece {
            case .value(let name, let value, let line):
                isInSecret = isSecret[name] ?? isInSecret
                guard isInSecret else { continue }
                found.append(value)
                if isSecret[name] == nil { found.append(line) }
            case .stray(let line): if isInSecret { found.append(line) }
            }
        }
        return found
    }
}
