/// Tells whether a jq program uses nothing but everyday functions of jq itself.
///
/// Compiling a program takes jq 1.6 tens of milliseconds, nearly all of it for its own library; whether the syntax is
/// right it knows in microseconds. A program of good syntax whose every name is known here need not be compiled to be
/// known to compile; of any other, only jq can tell.
struct JQScanner {
    private static let keywords: Set<String> = [
        "and", "or", "if", "then", "elif", "else", "end", "try", "catch", "true", "false", "null",
    ]

    /// Names and numbers of parameters that jq 1.5 and all later versions have.
    private static let functions: Set<String> = [
        "add/0", "all/0", "all/1", "all/2", "any/0", "any/1", "any/2", "arrays/0", "ascii_downcase/0", "ascii_upcase/0",
        "booleans/0", "capture/1", "ceil/0", "contains/1", "del/1", "empty/0", "endswith/1", "error/1", "first/0",
        "first/1", "flatten/0", "flatten/1", "floor/0", "from_entries/0", "fromjson/0", "getpath/1", "group_by/1",
        "gsub/2", "has/1", "in/1", "index/1", "indices/1", "inside/1", "iterables/0", "join/1", "keys/0",
        "keys_unsorted/0", "last/0", "last/1", "length/0", "limit/2", "ltrimstr/1", "map/1", "map_values/1", "match/1",
        "match/2", "max/0", "max_by/1", "min/0", "min_by/1", "not/0", "now/0", "nth/1", "nth/2", "nulls/0",
        "numbers/0", "objects/0", "path/1", "paths/0", "paths/1", "range/1", "range/2", "recurse/0", "recurse/1",
        "reverse/0", "rindex/1", "rtrimstr/1", "scalars/0", "scan/1", "select/1", "sort/0", "sort_by/1", "split/1",
        "splits/1", "sqrt/0", "startswith/1", "strings/0", "sub/2", "test/1", "test/2", "to_entries/0", "tojson/0",
        "tonumber/0", "tostring/0", "type/0", "unique/0", "unique_by/1", "until/2", "values/0", "with_entries/1",
    ]

    private let bytes: [UInt8]
    private var position = 0
    /// Open brackets; of a call's, its name and how many arguments it has so far.
    private var open: [(name: String?, arguments: Int)] = []

    private init(_ program: String) { bytes = Array(program.utf8) }

    static func isPlain(_ program: String) -> Bool {
        var scanner = JQScanner(program)
        return scanner.scan()
    }

    private mutating func scan() -> Bool {
        while position < bytes.count {
            guard open.count < 256, step() else { return false }
        }
        return open.isEmpty
    }

    /// Takes one token; false where it takes jq to tell.
    private mutating func step() -> Bool {
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "\""): return skipString()
        // Variables and formats.
        case UInt8(ascii: "$"), UInt8(ascii: "@"): return false
        case UInt8(ascii: "#"):
            position = bytes[position...].firstIndex(of: 10) ?? bytes.count
            return true
        case UInt8(ascii: "."):
            position += 1
            if position < bytes.count, Self.startsName(bytes[position]) { _ = takeName() }
            return true
        case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
            open.append((nil, 0))
        case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
            guard let closed = open.popLast() else { return false }
            if let name = closed.name, !Self.functions.contains("\(name)/\(closed.arguments)") { return false }
        case UInt8(ascii: ";"):
            guard let last = open.indices.last, open[last].name != nil else { return false }
            open[last].arguments += 1
        case 48...57:
            // The e of 1e3 is no name.
            while position < bytes.count, Self.continuesName(bytes[position]) { position += 1 }
            return true
        case _ where Self.startsName(byte): return judge(takeName())
        default: break
        }
        position += 1
        return true
    }

    private mutating func judge(_ name: String) -> Bool {
        if Self.keywords.contains(name) { return true }
        while position < bytes.count, [9, 10, 13, 32].contains(bytes[position]) { position += 1 }
        let next = position < bytes.count ? bytes[position] : 0
        if next == UInt8(ascii: ":") {
            // The key of an object; two colons belong to the name of a module.
            position += 1
            return position == bytes.count || bytes[position] != UInt8(ascii: ":")
        }
        guard next == UInt8(ascii: "(") else { return Self.functions.contains("\(name)/0") }
        position += 1
        open.append((name, 1))
        return true
    }

    private mutating func takeName() -> String {
        let start = position
        while position < bytes.count, Self.continuesName(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// False where the string has a program inside.
    private mutating func skipString() -> Bool {
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return true
            case UInt8(ascii: "\\"):
                guard position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "(") else { return false }
                position += 2
            default: position += 1
            }
        }
        return false
    }

    private static func startsName(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        startsName(byte) || (48...57).contains(byte)
    }
}
