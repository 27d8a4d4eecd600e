/// A question about the outside world whose answer says whether a step is really up.
///
/// `Text` is `Template` in a runbook and `String` once every output is known (`Probe`).
package enum Question<Text: Hashable & Sendable>: Hashable, Sendable {
    case http(HTTPQuestion<Text>)
    /// A connection to `HOST:PORT` opens (`[::1]:80` for IPv6).
    case tcp(Text)
    /// Exit status 0, and a line of standard output that matches, where a regular expression is given.
    case command(Text, stdout: String?)
    case dns(DNSQuestion<Text>)
    /// The file exists, and its content matches, where a regular expression is given.
    case file(Text, contains: String?)
    /// The step's own output has a line that matches this regular expression.
    case log(String)
    case promql(PromQLQuestion<Text>)
    /// The service's process is alive; answered by the engine itself.
    case process
}

/// What an `http` gate asks and what it accepts.
package struct HTTPQuestion<Text: Hashable & Sendable>: Hashable, Sendable {
    package var url: Text
    /// Inclusive ranges of accepted status codes; 200–299 unless given.
    package var status: [ClosedRange<Int>] = [200...299]
    /// A jq program over the JSON body whose last value must be neither false nor null.
    package var jq: String?
    /// A regular expression that must match somewhere in the body.
    package var body: String?
    package var method: String?
    /// Header name and value, in the order written.
    package var headers: [Header<Text>] = []
    package var data: Text?
    /// Paths of PEM files.
    package var ca: Text?
    package var cert: Text?
    package var key: Text?
    /// Do not verify the server's certificate.
    package var insecure = false
    /// Path of a Unix socket to connect to in place of the URL's host.
    package var unix: Text?

    package init(url: Text) { self.url = url }
}

/// One header of an HTTP request.
package struct Header<Text: Hashable & Sendable>: Hashable, Sendable {
    package var name: String
    package var value: Text

    package init(name: String, value: Text) {
        self.name = name
        self.value = value
    }
}

/// What a `dns` gate asks.
package struct DNSQuestion<Text: Hashable & Sendable>: Hashable, Sendable {
    package var name: Text
    /// `HOST:PORT` of the server to ask; the system's resolver configuration where absent.
    package var server: Text?
    /// Record type, upper case: A, AAAA, SRV, TXT, CNAME, NS, MX, PTR, SOA.
    package var type = "A"
    /// Least number of answers; at least 1.
    package var min = 1

    package init(name: Text) { self.name = name }
}

/// How a `promql` gate compares each sample with its bound.
package enum Comparison: String, Hashable, Sendable, CaseIterable {
    case equal = "=="
    case notEqual = "!="
    case atLeast = ">="
    case atMost = "<="
    case greater = ">"
    case less = "<"
}

/// What a `promql` gate asks: the comparison must hold for every sample, and there must be at least one.
package struct PromQLQuestion<Text: Hashable & Sendable>: Hashable, Sendable {
    package var query: Text
    /// Base address of the server, such as `http://127.0.0.1:9090`.
    package var url: Text
    package var comparison: Comparison?
    package var bound: Double?

    package init(query: Text, url: Text) {
        self.query = query
        self.url = url
    }
}

/// One gate of a step: the question and how patiently it is asked.
package struct Gate: Hashable, Sendable {
    package var name: String?
    package var question: Question<Template>
    /// Overall deadline, counted from the end of the body (from its start for services).
    package var within: Duration = .seconds(60)
    /// Longest pause between probes; the first pauses are 50 ms, 100 ms, 200 ms, … up to it.
    package var every: Duration = .seconds(1)
    /// How long it must hold without a break.
    package var stable: Duration = .zero
    /// Limit of one probe.
    package var timeout: Duration = .seconds(5)
    package var place: Place

    package init(question: Question<Template>, place: Place) {
        self.question = question
        self.place = place
    }
}

/// A question with every value known: what a prober is asked.
package typealias Probe = Question<String>

extension Question {
    /// The same question with every text replaced.
    package func map<New: Hashable & Sendable, Failure: Error>(
        _ change: (Text) throws(Failure) -> New
    ) throws(Failure) -> Question<New> {
        switch self {
        case .http(let http):
            var new = HTTPQuestion<New>(url: try change(http.url))
            new.status = http.status
            new.jq = http.jq
            new.body = http.body
            new.method = http.method
            for header in http.headers {
                new.headers.append(Header(name: header.name, value: try change(header.value)))
            }
            if let data = http.data { new.data = try change(data) }
            if let ca = http.ca { new.ca = try change(ca) }
            if let cert = http.cert { new.cert = try change(cert) }
            if let key = http.key { new.key = try change(key) }
            new.insecure = http.insecure
            if let unix = http.unix { new.unix = try change(unix) }
            return .http(new)
        case .tcp(let target): return .tcp(try change(target))
        case .command(let command, let stdout): return .command(try change(command), stdout: stdout)
        case .dns(let dns):
            var new = DNSQuestion<New>(name: try change(dns.name))
            if let server = dns.server { new.server = try change(server) }
            new.type = dns.type
            new.min = dns.min
            return .dns(new)
        case .file(let path, let contains): return .file(try change(path), contains: contains)
        case .log(let pattern): return .log(pattern)
        case .promql(let promql):
            var new = PromQLQuestion<New>(query: try change(promql.query), url: try change(promql.url))
            new.comparison = promql.comparison
            new.bound = promql.bound
            return .promql(new)
        case .process: return .process
        }
    }

    /// The kind as it is written in a runbook.
    package var kind: String {
        switch self {
        case .http: "http"
        case .tcp: "tcp"
        case .command: "command"
        case .dns: "dns"
        case .file: "file"
        case .log: "log"
        case .promql: "promql"
        case .process: "process"
        }
    }
}

extension Gate {
    /// What people call this gate: its name, else kind and target on one line.
    package var label: String {
        if let name { return name }
        switch question {
        case .http(let http): return "http \(http.url.display)"
        case .tcp(let target): return "tcp \(target.display)"
        case .command(let command, _):
            return "command " + (command.display.byteLines.first { !$0.isEmpty } ?? "")
        case .dns(let dns): return "dns \(dns.name.display)"
        case .file(let path, _): return "file \(path.display)"
        case .log(let pattern): return "log \(pattern)"
        case .promql(let promql): return "promql \(promql.query.display)"
        case .process: return "process"
        }
    }
}
