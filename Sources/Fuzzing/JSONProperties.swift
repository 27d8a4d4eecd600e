import Foundation
import Reports

/// JSON that another parser must read as it was meant.
enum JSONProperties {
    static func parse(_ text: String) throws(FuzzFinding) -> Any {
        do {
            return try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
        } catch {
            throw FuzzFinding("not JSON: \(error): \(text.prefix(200))")
        }
    }

    static func parses(_ text: String) throws(FuzzFinding) { _ = try parse(text) }

    /// Arbitrary text and numbers, nested, both on one line and on many.
    static func roundTrip(_ bytes: [UInt8]) throws(FuzzFinding) {
        let text = String(decoding: bytes, as: UTF8.self)
        let bits = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let number = Double(bitPattern: bits)
        let whole = Int(truncatingIfNeeded: bits >> 11)
        let value = JSONValue.object([
            .init("text", .string(text)), .init("number", .number(number)), .init("whole", .int(whole)),
            .init("list", .array([.string(text), .null, .bool(true), .array([.object([.init("t", .string(text))])])])),
        ])
        for form in [value.text, value.prettyText] {
            guard let object = try parse(form) as? [String: Any], let list = object["list"] as? [Any],
                let inner = (list.last as? [Any])?.first as? [String: Any]
            else { throw FuzzFinding("another structure: \(form.prefix(200))") }
            for found in [object["text"], list.first, inner["t"]] {
                guard let found = found as? String, found.utf8.elementsEqual(text.utf8) else {
                    throw FuzzFinding("another text: \(form.prefix(200))")
                }
            }
            try FuzzFinding.unless((object["whole"] as? Int) == whole, "another number than \(whole)")
            if number.isFinite, abs(number) < 1e12 {
                guard let found = object["number"] as? Double, abs(found - number) <= 0.001 else {
                    throw FuzzFinding("another number than \(number): \(form.prefix(200))")
                }
            }
        }
        try FuzzFinding.unless(!value.text.utf8.contains(0x0A), "a line of JSON breaks")
    }
}
