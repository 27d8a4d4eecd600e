/// Reads what a body wrote to `$RUNBOOK_OUTPUT`: `name=value` lines and `name<<MARK … MARK` blocks.
package enum OutputText {
    /// What is wrong with the text, with the line it is in (from 1).
    package struct Failure: Error, Hashable, Sendable {
        package var line: Int
        package var message: String

        package init(line: Int, message: String) {
            self.line = line
            self.message = message
        }
    }

    /// Largest file read, in bytes.
    package static let limit = 1 << 20

    /// The values by name; a later value replaces an earlier one. Blank lines are skipped.
    package static func parse(_ bytes: [UInt8]) throws(Failure) -> [String: String] {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(line: 0, message: "the outputs are not UTF-8")
        }
        var values: [String: String] = [:]
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var number = 0
        while let line = lines.popFirst() {
            number += 1
            if line.isEmpty { continue }
            if let (name, value) = cut(line, at: "=") {
                values[name] = value
                continue
            }
            guard let (name, mark) = cut(line, at: "<<"), !mark.isEmpty else {
                throw Failure(line: number, message: "expected `name=value` or `name<<MARK`")
            }
            let start = number
            var block: [Substring] = []
            var isClosed = false
            while let inner = lines.popFirst() {
                number += 1
                if inner == mark {
                    isClosed = true
                    break
                }
                block.append(inner)
            }
            guard isClosed else { throw Failure(line: start, message: "the block of `\(name)` has no line `\(mark)`") }
            values[name] = block.joined(separator: "\n")
        }
        return values
    }

    /// Every value that can be made out, also of a text that broke off or is malformed; replaced ones too.
    package static func remnants(_ bytes: [UInt8]) -> [(name: String, value: String)] {
        let text = String(decoding: bytes, as: UTF8.self)
        var values: [(name: String, value: String)] = []
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            if let (name, value) = cut(line, at: "=") {
                values.append((name, value))
            } else if let (name, mark) = cut(line, at: "<<"), !mark.isEmpty {
                let block = lines.prefix { $0 != mark }
                lines = lines.dropFirst(block.count + 1)
                values.append((name, block.joined(separator: "\n")))
            }
        }
        return values
    }

    /// Splits a line at the first separator, when what stands before it is a name.
    private static func cut(_ line: Substring, at separator: String) -> (name: String, rest: String)? {
        guard let range = line.firstRange(of: separator) else { return nil }
        let name = line[..<range.lowerBound]
        guard let first = name.utf8.first, first == 0x5F || isLetter(first),
            name.utf8.allSatisfy({ $0 == 0x5F || $0 == 0x2D || isLetter($0) || (0x30...0x39).contains($0) })
        else { return nil }
        return (String(name), String(line[range.upperBound...]))
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
