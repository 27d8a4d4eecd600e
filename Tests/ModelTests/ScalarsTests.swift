import Model
import Testing

@Suite("Characters that act on what is around them")
struct ScalarsTests {
    @Test("are those that Unicode calls controls, separators of lines, and controls of direction")
    func properties() {
        for value in UInt32(0)..<0x11_0000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: #expect(scalar.isControl)
            default: if scalar.isControl { Issue.record("U+\(String(value, radix: 16)) is no control") }
            }
            if scalar.reordersText != scalar.properties.isBidiControl {
                Issue.record("U+\(String(value, radix: 16)) and its direction")
            }
        }
    }
}
