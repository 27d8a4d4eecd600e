/// The part of Mermaid's flowchart grammar that the drawings keep to, held strictly: what this accepts, Mermaid draws.
struct MermaidGrammar {
    private(set) var errors: [String] = []
    private var nodes: Set<Substring> = []
    private var frames: Set<Substring> = []
    private var classes: Set<Substring> = []
    private var isInFrame = false

    /// Every label with its entities read back, in order.
    private(set) var labels: [String] = []

    init(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.popLast() != "" { errors.append("does not end in a line end") }
        if lines.first != "flowchart TB", lines.first != "flowchart LR" {
            errors.append("does not begin with flowchart")
        }
        for line in lines.dropFirst() { read(line.drop { $0 == " " }) }
        if isInFrame { errors.append("a subgraph is not ended") }
    }

    private mutating func read(_ line: Substring) {
        let isKnown = frame(line) || node(line) || edge(line) || style(line)
        if !isKnown { errors.append("not understood: \(line)") }
    }

    private mutating func frame(_ line: Substring) -> Bool {
        if line == "end" {
            if !isInFrame { errors.append("end without subgraph") }
            isInFrame = false
            return true
        }
        guard let match = line.wholeMatch(of: /subgraph (s[0-9]+)\["([^"]*)"\]/) else { return false }
        if isInFrame { errors.append("subgraph in subgraph") }
        isInFrame = true
        if !frames.insert(match.1).inserted { errors.append("\(match.1) twice") }
        label(match.2)
        return true
    }

    private mutating func node(_ line: Substring) -> Bool {
        let shapes: [(String, String)] = [("[[", "]]"), ("[/", "/]"), ("[", "]"), ("{{", "}}"), ("(", ")")]
        guard let match = line.prefixMatch(of: /n[0-9]+/) else { return false }
        let rest = line[match.range.upperBound...]
        for (open, close) in shapes {
            guard rest.hasPrefix(open + "\""), rest.hasSuffix("\"" + close) else { continue }
            let text = rest.dropFirst(open.count + 1).dropLast(close.count + 1)
            if text.contains("\"") { errors.append("quote in label: \(line)") }
            if !nodes.insert(match.0).inserted { errors.append("\(match.0) twice") }
            label(text)
            return true
        }
        return false
    }

    private mutating func edge(_ line: Substring) -> Bool {
        let pattern = /(n[0-9]+) (-->|==>|-\. (uses|monitors|operates) \.->) (n[0-9]+)/
        guard let match = line.wholeMatch(of: pattern) else { return false }
        for end in [match.1, match.4] where !nodes.contains(end) { errors.append("edge to unknown \(end)") }
        return true
    }

    private mutating func style(_ line: Substring) -> Bool {
        if let match = line.wholeMatch(of: /classDef ([a-z]+) [a-z-]+:[#a-z0-9 ]+(,[a-z-]+:[#a-z0-9 ]+)*/) {
            if !classes.insert(match.1).inserted { errors.append("class \(match.1) twice") }
            // Words of the grammar itself are no names.
            let reserved = ["end", "default", "class", "graph", "style", "click"]
            if reserved.contains(String(match.1)) { errors.append("reserved name") }
            return true
        }
        guard let match = line.wholeMatch(of: /class ([ns][0-9]+(,[ns][0-9]+)*) ([a-z]+)/) else { return false }
        if !classes.contains(match.3) { errors.append("unknown class \(match.3)") }
        for member in match.1.split(separator: ",") where !nodes.contains(member) && !frames.contains(member) {
            errors.append("class on unknown \(member)")
        }
        return true
    }

    /// Only plain characters, `<br/>` and known entities.
    private mutating func label(_ text: Substring) {
        let entities = [
            "quot": "\"", "35": "#", "amp": "&", "lt": "<", "gt": ">", "96": "`", "37": "%", "92": "\\", "58": ":",
        ]
        var result = ""
        var rest = text
        while let character = rest.first {
            if rest.hasPrefix("<br/>") {
                rest.removeFirst(5)
                result += "\n"
            } else if character == "#" {
                guard let end = rest.firstIndex(of: ";"), let value = entities[String(rest[..<end].dropFirst())] else {
                    return errors.append("unknown entity: \(text)")
                }
                result += value
                rest = rest[rest.index(after: end)...]
            } else {
                let isBare = "\"<>&`%\\".contains(character) || character.isNewline
                if isBare { errors.append("bare \(character): \(text)") }
                result.append(character)
                rest.removeFirst()
            }
        }
        // Mermaid takes the last semicolon of such a line away, entity or not.
        if text.contains(/(style|classDef).*:.*#.*;/) { errors.append("looks like a style: \(text)") }
        labels.append(result)
    }
}
