import Foundation

/// The links and headings of Markdown pages, read by other rules than the program's own: those of the Git hosts.
struct MarkdownLinks {
    /// Pages that were read already, by path.
    private var anchors: [String: Set<String>] = [:]
    private(set) var followed = 0
    private(set) var dead: [String] = []

    /// Follows every link of a page or an SVG picture; links to other hosts are not.
    mutating func follow(_ path: String) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            return dead.append("\(path) cannot be read")
        }
        for target in path.hasSuffix(".svg") ? Self.references(text) : Self.targets(text) {
            guard !target.contains("://") else { continue }
            followed += 1
            if let problem = problem(target, from: path) { dead.append("\(path): \(target): \(problem)") }
        }
    }

    private mutating func problem(_ target: String, from path: String) -> String? {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        guard let file = String(parts[0]).removingPercentEncoding else { return "not percent-encoded" }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let full = file.isEmpty ? path : folder.appendingPathComponent(file).standardizedFileURL.path
        guard !file.hasPrefix("/") else { return "not relative" }
        guard FileManager.default.fileExists(atPath: full) else { return "no such file" }
        guard parts.count == 2 else { return nil }
        guard let anchor = String(parts[1]).removingPercentEncoding else { return "not percent-encoded" }
        if anchors[full] == nil {
            anchors[full] = Set(Self.anchors((try? String(contentsOfFile: full, encoding: .utf8)) ?? ""))
        }
        return anchors[full]?.contains(anchor) == true ? nil : "no such heading"
    }

    // MARK: - Links

    /// `xlink:href` of a picture.
    private static func references(_ svg: String) -> [String] {
        svg.components(separatedBy: "xlink:href=\"").dropFirst().compactMap { part in
            part.components(separatedBy: "\"").first?.replacingOccurrences(of: "&amp;", with: "&")
        }
    }

    /// The addresses of inline links, outside of code.
    static func targets(_ text: String) -> [String] {
        var targets: [String] = []
        for line in lines(text) {
            let bytes = Array(line)
            var index = 0
            while index < bytes.count {
                switch bytes[index] {
                case "\\": index += 2
                case "`":
                    let run = bytes[index...].prefix { $0 == "`" }.count
                    index += run
                    var end = index
                    while end < bytes.count {
                        let other = bytes[end...].prefix { $0 == "`" }.count
                        if other == run { break }
                        end += max(1, other)
                    }
                    if end < bytes.count { index = end + run }
                case "]" where index + 1 < bytes.count && bytes[index + 1] == "(":
                    let address = bytes[(index + 2)...].prefix { $0 != ")" }
                    targets.append(String(address))
                    index += address.count + 2
                default: index += 1
                }
            }
        }
        return targets
    }

    // MARK: - Headings

    /// What a Git host names the headings of a page.
    static func anchors(_ text: String) -> [String] {
        var counts: [String: Int] = [:]
        return headings(text).map { heading in
            let slug = slug(plain(heading))
            let count = counts[slug, default: 0]
            counts[slug] = count + 1
            return count == 0 ? slug : "\(slug)-\(count)"
        }
    }

    private static func headings(_ text: String) -> [String] {
        var headings: [String] = []
        var before = ""
        for line in lines(text) {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if let match = trimmed.wholeMatch(of: /(#{1,6})[ \t]+(.*?)([ \t]+#+)?/), line.prefix(4) != "    " {
                headings.append(String(match.2))
            } else if !before.isEmpty, trimmed.wholeMatch(of: /=+|-+/) != nil {
                headings.append(before)
            }
            let isText = !trimmed.hasPrefix("#") && !trimmed.hasPrefix("|") && !trimmed.hasPrefix("-")
            before = isText ? trimmed : ""
        }
        return headings
    }

    /// The lines outside of front matter and fenced code.
    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var fence: (Character, Int)?
        var isFront = text.hasPrefix("---\n")
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if isFront {
                if number > 0, line == "---" { isFront = false }
                continue
            }
            let rest = line.drop { $0 == " " }
            if let first = rest.first, first == "`" || first == "~" {
                let run = rest.prefix { $0 == first }.count
                if let open = fence {
                    if open.0 == first, run >= open.1, rest.dropFirst(run).allSatisfy({ $0 == " " }) { fence = nil }
                    continue
                } else if run >= 3, first == "~" || !rest.dropFirst(run).contains("`") {
                    fence = (first, run)
                    continue
                }
            }
            if fence == nil { lines.append(line) }
        }
        return lines
    }

    /// The text of a heading as it is read: without marks of emphasis, code, links and escapes.
    private static func plain(_ heading: String) -> String {
        var text = heading.replacing(/\[([^\]]*)\]\([^)]*\)/) { String($0.1) }
        text = text.replacing(/(^|[^\\\w])(\*\*|\*|__|_)(\S(.*?\S)?)\2(?=\W|$)/) { "\($0.1)\($0.3)" }
        text = text.replacing(/`+([^`]*)`+/) { String($0.1) }
        return text.replacing(/\\([!-\/:-@\[-`{-~])/) { String($0.1) }
    }

    private static func slug(_ text: String) -> String {
        var result = ""
        for character in text.lowercased() {
            if character == " " {
                result.append("-")
            } else if character == "-" || character == "_" || character.isLetter || character.isWholeNumber {
                result.append(character)
            }
        }
        return result
    }
}
