import Foundation
import Testing

@testable import Reports

@Suite("JSON text")
struct JSONValueTests {
    @Test("keeps the order of members and writes no blanks")
    func compact() {
        let value = JSONValue.object([
            .init("z", .int(1)), .init("a", .array([.null, .bool(true), .string("x")])), .init("e", .object([])),
        ])
        #expect(value.text == #"{"z":1,"a":[null,true,"x"],"e":{}}"#)
    }

    @Test("pretty text has rows of scalars on one line")
    func pretty() {
        let value = JSONValue.object([
            .init(
                "rows", .array([.object([.init("a", .int(1)), .init("b", .null)]), .object([.init("a", .int(2))])])),
            .init("none", .array([])),
        ])
        #expect(
            value.prettyText
                == "{\n  \"rows\": [\n    {\"a\": 1, \"b\": null},\n    {\"a\": 2}\n  ],\n  \"none\": []\n}\n")
    }

    @Test(
        "numbers to the millisecond; what is no number is null",
        arguments: [
            (0, "0"), (1.2, "1.2"), (0.0081, "0.008"), (12.3456, "12.346"), (-0.5, "-0.5"), (3, "3"), (0.05, "0.05"),
            (.nan, "null"), (.infinity, "null"), (1e300, "null"), (1_764_000_000.123, "1764000000.123"),
        ])
    func numbers(_ number: Double, _ text: String) {
        #expect(JSONValue.number(number).text == text)
    }

    @Test("escapes what JSON demands and what could act on a terminal; text comes back as it was")
    func strings() throws {
        #expect(
            JSONValue.string("a\"b\\c\n\r\t\u{1B}[2J\u{7F}\u{9B}\u{202E}/ü").text
                == #""a\"b\\c\n\r\t\u001b[2J\u007f\u009b\u202e/ü""#)
        let all = String(String.UnicodeScalarView((0..<0x3000).compactMap { Unicode.Scalar($0) }))
        let back = try JSONSerialization.jsonObject(with: Data(JSONValue.array([.string(all)]).text.utf8)) as? [String]
        #expect(back == [all])
    }
}

@Suite("Time stamps")
struct TimestampTests {
    @Test(
        "ISO 8601 in UTC with milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_764_000_000.125, "2025-11-24T16:00:00.125Z"), (-1, "1969-12-31T23:59:59.000Z"),
            (4_102_444_799.999, "2099-12-31T23:59:59.999Z"), (.nan, "1970-01-01T00:00:00.000Z"),
            (1e300, "9999-12-31T23:59:59.999Z"), (-1e300, "0000-01-01T00:00:00.000Z"),
        ])
    func stamps(_ wall: Double, _ text: String) {
        #expect(Timestamp.text(wall) == text)
    }

    @Test("agrees with Foundation on any second of two centuries")
    func foundation() {
        var formatter = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        formatter.timeZone = .gmt
        for second in stride(from: 0.0, to: 6_300_000_000, by: 7_654_321) {
            #expect(Timestamp.text(second) == Date(timeIntervalSince1970: second).formatted(formatter))
        }
    }
}
