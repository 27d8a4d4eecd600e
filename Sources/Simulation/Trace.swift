/// The readable account of one simulated scenario; empty unless somebody wants to read it.
package final class Trace {
    package let isKept: Bool
    package private(set) var lines: [String] = []
    /// A digest of everything told, kept or not: two runs of one seed must agree.
    package private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325

    package init(isKept: Bool) { self.isKept = isKept }

    func tell(_ time: Double, _ text: @autoclosure () -> String) {
        guard isKept else { return }
        let line = "\(Self.padded(time)) \(text())"
        for byte in line.utf8 {
            digest ^= UInt64(byte)
            digest = digest &* 0x0000_0100_0000_01B3
        }
        lines.append(line)
    }

    /// Seconds with three places.
    private static func padded(_ time: Double) -> String {
        let millis = Int((time * 1000).rounded())
        let rest = String(millis % 1000)
        let text = "\(millis / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
        return String(repeating: " ", count: max(0, 10 - text.count)) + text
    }
}
