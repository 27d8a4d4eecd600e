internal import Model

/// A JSON value whose members keep the order in which they are given, so that the same value is always the same text.
package indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case int(Int)
    /// Seconds and the like, written to the millisecond; what is not finite is written as null.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// One member of an object.
    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The string, or null.
    package static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// One line without blanks.
    package var text: String {
        var writer = JSONWriter(isPretty: false)
        writer.write(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Several lines, two blanks a level, ending in a line end; objects and arrays of nothing but scalars on one line.
    package var prettyText: String {
        var writer = JSONWriter(isPretty: true)
        writer.write(self, depth: 0)
        writer.bytes.append(0x0A)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    fileprivate var isScalar: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }
}

/// The bytes written so far.
private struct JSONWriter {
    let isPretty: Bool
    var bytes: [UInt8] = []

    init(isPretty: Bool) {
        self.isPretty = isPretty
    }

    mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: bytes += Array("null".utf8)
        case .bool(let bool): bytes += Array((bool ? "true" : "false").utf8)
        case .int(let int): bytes += Array(String(int).utf8)
        case .number(let number): write(number)
        case .string(let text): write(text)
        case .array(let values):
            let isInline = values.allSatisfy(\.isScalar)
            bytes.append(0x5B)
            for (index, value) in values.enumerated() {
                separate(index, isInline, depth)
                write(value, depth: depth + 1)
            }
            close(0x5D, isEmpty: values.isEmpty, isInline, depth)
        case .object(let members):
            let isInline = members.allSatisfy(\.value.isScalar)
            bytes.append(0x7B)
            for (index, member) in members.enumerated() {
                separate(index, isInline, depth)
                write(member.name)
                bytes.append(0x3A)
                if isPretty { bytes.append(0x20) }
                write(member.value, depth: depth + 1)
            }
            close(0x7D, isEmpty: members.isEmpty, isInline, depth)
        }
    }

    private mutating func separate(_ index: Int, _ isInline: Bool, _ depth: Int) {
        if index > 0 { bytes.append(0x2C) }
        guard isPretty else { return }
        if isInline {
            if index > 0 { bytes.append(0x20) }
        } else {
            newLine(depth + 1)
        }
    }

    private mutating func close(_ bracket: UInt8, isEmpty: Bool, _ isInline: Bool, _ depth: Int) {
        if isPretty, !isInline, !isEmpty { newLine(depth) }
        bytes.append(bracket)
    }

    private mutating func newLine(_ depth: Int) {
        bytes.append(0x0A)
        bytes += repeatElement(0x20, count: depth * 2)
    }

    private mutating func write(_ number: Double) {
        let thousandths = (number * 1000).rounded()
        guard thousandths.isFinite, abs(thousandths) < 9e15 else {
            bytes += Array("null".utf8)
            return
        }
        let whole = Int(abs(thousandths))
        if thousandths < 0 { bytes.append(0x2D) }
        bytes += Array(String(whole / 1000).utf8)
        var fraction = whole % 1000
        guard fraction != 0 else { return }
        bytes.append(0x2E)
        var unit = 100
        while fraction > 0 {
            bytes.append(UInt8(0x30 + fraction / unit))
            fraction %= unit
            unit /= 10
        }
    }

    /// Besides what JSON demands, escapes what could act on a terminal that the text is printed to: DEL, C1 controls,
    /// line separators, and characters that reorder a line.
    private mutating func write(_ text: String) {
        bytes.append(0x22)
        var text = text
        let isPlain = text.withUTF8 { utf8 in
            utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }
        }
        if isPlain {
            bytes += Array(text.utf8)
        } else {
            for scalar in text.unicodeScalars { write(scalar) }
        }
        bytes.append(0x22)
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x22: bytes += [0x5C, 0x22]
        case 0x5C: bytes += [0x5C, 0x5C]
        case 0x0A: bytes += [0x5C, 0x6E]
        case 0x0D: bytes += [0x5C, 0x72]
        case 0x09: bytes += [0x5C, 0x74]
        case _ where scalar.isControl || scalar.reordersText:
            bytes += [0x5C, 0x75]
            for shift in [12, 8, 4, 0] as [UInt32] { bytes.append(Self.digits[Int(scalar.value >> shift & 15)]) }
        // As everywhere where text is shown: JSON has no bytes.
        case 0x10FF80...: bytes += [0x5C] + Array(OSText.shown(String(scalar)).utf8)
        default: bytes += Array(String(scalar).utf8)
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}
