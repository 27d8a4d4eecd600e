import Execution
import Model
import Reports
import Terminal

/// A forecast, and what an outage would leave, as text and JSON.
struct ForecastOutput {
    let forecast: Forecast?
    let outage: Outage?

    func lines(_ console: Console) -> [String] {
        var lines: [String] = []
        let style = console.outTraits.style
        if let forecast {
            var table = Table([.init("jobs", right: true), .init("expected", right: true)])
            for makespan in forecast.makespans {
                table.add([.init("\(makespan.jobs)"), .init(SpanText.short(makespan.seconds))])
            }
            lines += table.lines(width: console.tableWidth, style: style)
            lines += [
                "",
                "critical path (\(SpanText.short(forecast.criticalSeconds))), which no number of jobs beats: "
                    + forecast.criticalPath.joined(separator: " \(style.arrow) "),
                "",
            ]
            var gains = Table([.init("shorten"), .init("takes", right: true), .init("gains up to", right: true)])
            for gain in forecast.gains {
                gains.add([
                    .init(gain.step), .init(SpanText.short(gain.seconds)), .init(SpanText.short(gain.gain)),
                ])
            }
            if !forecast.gains.isEmpty { lines += gains.lines(width: console.tableWidth, style: style) }
        }
        if let outage {
            if !lines.isEmpty { lines.append("") }
            lines += [
                "down (\(outage.down.count)): " + list(outage.down),
                "blocked (\(outage.blocked.count)): " + list(outage.blocked),
                "comes up (\(outage.up.count)): " + list(outage.up),
            ]
        }
        return lines
    }

    private func list(_ ids: [String]) -> String { ids.isEmpty ? "none" : ids.joined(separator: ", ") }

    var json: JSONValue {
        var members: [JSONValue.Member] = []
        if let forecast {
            members += [
                .init(
                    "makespans",
                    .array(
                        forecast.makespans.map { makespan in
                            .object([.init("jobs", .int(makespan.jobs)), .init("seconds", .number(makespan.seconds))])
                        })),
                .init("criticalSeconds", .number(forecast.criticalSeconds)),
                .init("criticalPath", .array(forecast.criticalPath.map { .string($0) })),
                .init(
                    "gains",
                    .array(
                        forecast.gains.map { gain in
                            .object([
                                .init("step", .string(gain.step)), .init("seconds", .number(gain.seconds)),
                                .init("gainSeconds", .number(gain.gain)),
                            ])
                        })),
            ]
        }
        if let outage {
            for (name, ids) in [("down", outage.down), ("blocked", outage.blocked), ("up", outage.up)] {
                members.append(.init(name, .array(ids.map { .string($0) })))
            }
        }
        return .object(members)
    }
}
