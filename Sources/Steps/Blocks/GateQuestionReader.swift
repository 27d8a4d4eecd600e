import Model

/// Reads what one gate asks, by its kind.
struct GateQuestionReader {
    let reader: Reader
    let entries: [YAMLEntry]

    private func value(_ key: String) -> YAMLNode? { entries.first { $0.key == key }?.value }

    private func template(_ key: String) -> Template? { value(key).flatMap { reader.template($0, key) } }

    private func path(_ key: String) -> Template? { value(key).flatMap { reader.path($0, key) } }

    private func pattern(_ key: String) -> String? { value(key).flatMap { reader.pattern($0, key) } }

    func question(_ kind: YAMLEntry) -> Question<Template>? {
        let target = kind.value
        switch kind.key {
        case "http": return http(target)
        case "tcp": return address(target, "tcp").map { .tcp($0) }
        case "command":
            guard let command = reader.command(target, "command") else { return nil }
            return .command(command, stdout: pattern("stdout"))
        case "dns": return dns(target)
        case "file":
            guard let path = reader.path(target, "file") else { return nil }
            return .file(path, contains: pattern("contains"))
        case "log": return reader.pattern(target, "log").map { .log($0) }
        case "promql": return promql(target)
        case "process":
            if target.isNull || target.scalar == "true" { return .process }
            reader.report(
                .wrongType, "`process` takes no value", at: target, hint: "write `process` alone, or `{process: true}`")
            return nil
        default: return nil
        }
    }

    // MARK: - http

    private func http(_ target: YAMLNode) -> Question<Template>? {
        guard let url = url(target, "http") else { return nil }
        var http = HTTPQuestion(url: url)
        if let node = value("status"), let ranges = statuses(node) { http.status = ranges }
        http.jq = value("jq").flatMap { reader.program($0, "jq") }
        http.body = pattern("body")
        if let node = value("method"), let method = reader.text(node, "method") {
            if method.utf8.allSatisfy({ Names.isLetter($0) }), !method.isEmpty {
                http.method = method.uppercased()
            } else {
                reader.report(.badValue, "`\(method)` is not an HTTP method", at: node)
            }
        }
        if let node = value("headers"), let entries = reader.entries(node, "headers", example: "{Accept: text/plain}") {
            for entry in entries {
                if let text = reader.template(entry.value, entry.key) {
                    http.headers.append(Header(name: entry.key, value: text))
                }
            }
        }
        http.data = template("data")
        http.ca = path("ca")
        http.cert = path("cert")
        http.key = path("key")
        http.insecure = value("insecure").flatMap { reader.flag($0, "insecure") } ?? false
        http.unix = path("unix")
        return .http(http)
    }

    /// A URL with a scheme that gates can ask, and a host.
    private func url(_ node: YAMLNode, _ label: String) -> Template? {
        guard let template = reader.template(node, label) else { return nil }
        guard case .text(let start)? = template.pieces.first else {
            if template.pieces.isEmpty { reader.report(.badURL, "`\(label)` is empty", at: node) }
            return template.pieces.isEmpty ? nil : template
        }
        if let problem = URLText.problem(of: start, isWhole: template.constant != nil) {
            reader.report(.badURL, "`\(label)`: \(problem.message)", at: node, hint: problem.hint)
            return nil
        }
        return template
    }

    /// `200`, `2xx`, `200-299`, or a list of these.
    private func statuses(_ node: YAMLNode) -> [ClosedRange<Int>]? {
        let ranges = reader.items(node).compactMap { item -> ClosedRange<Int>? in
            guard let text = reader.text(item, "status") else { return nil }
            if let range = Self.status(text) { return range }
            reader.report(
                .badValue, "`\(text)` is not a status", at: item,
                hint: "write `200`, `2xx`, `200-299`, or a list of these")
            return nil
        }
        return ranges.isEmpty ? nil : ranges
    }

    static func status(_ text: String) -> ClosedRange<Int>? {
        if text.utf8.count == 3, text.hasSuffix("xx"), let first = text.first?.wholeNumberValue, (1...5).contains(first)
        {
            return first * 100...first * 100 + 99
        }
        let ends = text.parts(at: "-").map { Int($0) }
        guard let low = ends.first ?? nil, let high = ends.last ?? nil, ends.count <= 2, low <= high,
            (100...599).contains(low), (100...599).contains(high)
        else { return nil }
        return low...high
    }

    // MARK: - Other kinds

    /// `HOST:PORT`, checked as far as it is known.
    private func address(_ node: YAMLNode, _ label: String) -> Template? {
        guard let template = reader.template(node, label) else { return nil }
        if let text = template.constant, !URLText.isAddress(text) {
            reader.report(
                .badAddress, "`\(label)`: `\(text)` is not of the form HOST:PORT", at: node,
                hint: "for example `127.0.0.1:5432` or `[::1]:5432`")
            return nil
        }
        return template
    }

    private static let recordTypes = ["A", "AAAA", "SRV", "TXT", "CNAME", "NS", "MX", "PTR", "SOA"]

    private func dns(_ target: YAMLNode) -> Question<Template>? {
        guard let name = reader.template(target, "dns") else { return nil }
        if name.constant?.isEmpty == true || name.constant?.contains(" ") == true {
            reader.report(.badAddress, "`dns` is not a name that can be asked for", at: target)
            return nil
        }
        var dns = DNSQuestion(name: name)
        dns.server = value("server").flatMap { address($0, "server") }
        if let node = value("type"), let text = reader.text(node, "type") {
            if Self.recordTypes.contains(text.uppercased()) {
                dns.type = text.uppercased()
            } else {
                reader.report(
                    .badValue, "there is no record type `\(text)`", at: node,
                    hint: "the types are \(Reader.list(Self.recordTypes))")
            }
        }
        if let node = value("min") { dns.min = reader.integer(node, "min", in: 1...1_000) ?? 1 }
        return .dns(dns)
    }

    private func promql(_ target: YAMLNode) -> Question<Template>? {
        guard let query = reader.template(target, "promql") else { return nil }
        guard let urlNode = value("url") else {
            reader.report(
                .missingValue, "a `promql` gate needs the `url` of its server", at: target,
                hint: "for example `url: \"http://127.0.0.1:9090\"`")
            return nil
        }
        guard let url = url(urlNode, "url") else { return nil }
        var promql = PromQLQuestion(query: query, url: url)
        if let node = value("is"), let text = reader.text(node, "is") {
            guard let (comparison, bound) = Self.comparison(text) else {
                let signs = Reader.list(Comparison.allCases.map(\.rawValue), word: "or")
                reader.report(
                    .badComparison, "`is`: `\(text)` is not a comparison with a number", at: node,
                    hint: "for example `'>= 3'`, with one of \(signs)")
                return nil
            }
            promql.comparison = comparison
            promql.bound = bound
        }
        return .promql(promql)
    }

    static func comparison(_ text: String) -> (Comparison, Double)? {
        let signs = text.prefix { "=!<>".contains($0) }
        let rest = text.dropFirst(signs.count).drop { $0 == " " }
        guard let comparison = Comparison(rawValue: String(signs)), let bound = Double(rest), bound.isFinite else {
            return nil
        }
        return (comparison, bound)
    }
}
