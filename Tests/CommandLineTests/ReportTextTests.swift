import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Reports are well-formed, whatever bodies print.
@Suite("Reports of any text")
struct ReportTextTests {
    @Test("characters that XML and HTML do not allow are replaced")
    func replaced() throws {
        let desk = try Desk(
            page(
                step(
                    "a", ["title: \"odd \\uFFFE title\""],
                    "printf 'x\\001y\\013z \\357\\277\\276 \\357\\277\\277 \\355\\240\\200 \\377 <&>]]>\\n'; exit 3")))
        #expect(try desk.run("run", "r.md").status == 1)
        let junit = try desk.run("report", "--format", "junit").out
        let document = try XMLDocument(data: Data(junit.utf8))
        let failure = try document.nodes(forXPath: "//failure").first?.stringValue
        #expect(failure?.contains("<&>]]>") == true && failure?.contains("\u{FFFD}") == true, "\(junit)")
        let page = try desk.run("report").out
        for text in [junit, page] {
            for scalar in text.unicodeScalars {
                let isAllowed = scalar.value >= 0x20 || scalar == "\n" || scalar == "\t"
                #expect(isAllowed && scalar.value & 0xFFFE != 0xFFFE, "U+\(String(scalar.value, radix: 16))")
            }
        }
    }
}
