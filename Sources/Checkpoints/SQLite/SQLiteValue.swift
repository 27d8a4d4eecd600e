/// A value as SQLite stores it.
enum SQLiteValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    static func int(_ value: Int) -> SQLiteValue { .integer(Int64(value)) }

    static func optional(_ text: String?) -> SQLiteValue { text.map { .text($0) } ?? .null }
}
