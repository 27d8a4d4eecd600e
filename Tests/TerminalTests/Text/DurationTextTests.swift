import Testing

@testable import Terminal

@Suite("Durations")
struct DurationTextTests {
    @Test(
        "two units, no blanks",
        arguments: [
            (0, "0s"), (-3, "0s"), (0.4, "0s"), (59.4, "59s"), (59.6, "1m00s"), (200, "3m20s"), (3600, "1h00m"),
            (7500, "2h05m"), (273_600, "3d4h"), (.infinity, "?"), (.nan, "?"), (1e300, "11574074d1h"),
        ])
    func compact(_ seconds: Double, _ text: String) {
        #expect(DurationText.compact(seconds) == text)
    }

    @Test(
        "whole seconds, begun ones do not count",
        arguments: [(0, "0 s"), (0.99, "0 s"), (9.7, "9 s"), (61.5, "1 min 1 s"), (-1, "0 s"), (.infinity, "ever")])
    func whole(_ seconds: Double, _ text: String) {
        #expect(DurationText.whole(seconds) == text)
    }
}
