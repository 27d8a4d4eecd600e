import CAres
import Execution
import Glibc
import Model

/// A `dns` question under way: finding the server where it has a name, then asking it.
final class DNSFlight: ProbeOperation {
    private let question: DNSQuestion<String>
    private let loop: EventLoop
    private let systemServer: String?
    private let patience: Double
    private let completion: (Answer) -> Void
    private var query: NameServerQuery?

    /// - Parameter systemServer: who is asked where the question names no server; nil for the system's.
    init(
        _ question: DNSQuestion<String>, on loop: EventLoop, systemServer: String?, patience: Double,
        completion: @escaping (Answer) -> Void
    ) {
        self.question = question
        self.loop = loop
        self.systemServer = systemServer
        self.patience = patience
        self.completion = completion
    }

    func start() {
        guard let type = DNSMessage.types[question.type] else { return completion(.no("bad type")) }
        guard !question.name.isEmpty else { return completion(.no("bad name")) }
        guard let server = question.server else { return askSystem(type) }
        guard let place = HostPort(server, defaultPort: 53) else { return completion(.no("bad server")) }
        if place.host.isLocalName { return ask("127.0.0.1:\(place.port)", type) }
        if place.host.isNumeric { return ask(place.description, type) }
        query = NameServerQuery(loop: loop, server: systemServer, patience: patience) { [unowned self] reply in
            guard case .addresses(let addresses) = reply, let first = addresses.first else {
                if case .failed(let code) = reply { return completion(.no("server: \(DNSFault(code: code).hostText)")) }
                return completion(.no("server: \(AnswerText.noSuchHost)"))
            }
            ask("\(Host(first).bracketed):\(place.port)", type)
        }
        query?.lookUp(place.host.text, family: AF_UNSPEC)
    }

    func cancel() { query?.cancel() }

    private var name: String {
        guard question.type == "PTR" else { return question.name }
        return DNSMessage.reverseName(of: Host(question.name)) ?? question.name
    }

    /// Asks one server for exactly this name.
    private func ask(_ server: String, _ type: Int) {
        query = NameServerQuery(loop: loop, server: server, patience: patience) { [unowned self] reply in
            conclude(reply, type)
        }
        query?.ask(name, type: type, search: false)
    }

    /// Asks as the machine's programs would: addresses may be in /etc/hosts, names may lack a search domain.
    private func askSystem(_ type: Int) {
        query = NameServerQuery(loop: loop, server: systemServer, patience: patience) { [unowned self] reply in
            conclude(reply, type)
        }
        switch question.type {
        case "A": query?.lookUp(name, family: AF_INET)
        case "AAAA": query?.lookUp(name, family: AF_INET6)
        default: query?.ask(name, type: type, search: true)
        }
    }

    private func conclude(_ reply: NameServerQuery.Reply, _ type: Int) {
        switch reply {
        case .failed(let code): completion(.no(DNSFault(code: code).text))
        case .addresses(let addresses): completion(verdict(addresses.count))
        case .message(let bytes):
            guard let count = DNSMessage.count(of: type, in: bytes) else { return completion(.no("bad answer")) }
            completion(verdict(count))
        }
    }

    private func verdict(_ count: Int) -> Answer {
        if count >= question.min { return .yes(count == 1 ? "1 answer" : "\(count) answers") }
        return .no(count == 0 ? "no answers" : "\(count) of \(question.min) answers")
    }
}
