import Testing

@testable import Execution

@Suite("Points in time as people read them")
struct ClockTextTests {
    /// In the local time zone, whichever that is: a whole number of days apart, but never two days on one date.
    @Test("the date is told where it is not today's")
    func minute() {
        let now = 1_764_000_000.0
        let today = ClockText.minute(now, now: now)
        #expect(today.count == 5 && ClockText.time(now).hasPrefix(today))
        for span in [-2.0, 2, 366] {
            let then = now + span * 86_400
            #expect(ClockText.minute(then, now: now) == String(ClockText.date(then).dropLast(3)))
            #expect(ClockText.minute(then, now: now).count == 16)
        }
    }

    @Test("what is no point in time is not told as one", arguments: [Double.nan, .infinity, -.infinity, 1e12])
    func none(_ wall: Double) {
        #expect(ClockText.minute(wall, now: 0) == "?" && ClockText.date(wall) == "?")
    }
}
