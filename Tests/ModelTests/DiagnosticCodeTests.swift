import Model
import Testing

@Suite("Codes of diagnostics")
struct DiagnosticCodeTests {
    @Test("every code has a sentence of its own, and the severity of its letter")
    func codes() {
        let summaries = DiagnosticCode.allCases.map(\.summary)
        #expect(Set(summaries).count == summaries.count)
        #expect(summaries.allSatisfy { $0.hasSuffix(".") })
        for code in DiagnosticCode.allCases {
            #expect(code.severity == (code.rawValue.first == "W" ? .warning : .error))
        }
    }
}
