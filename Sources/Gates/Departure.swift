import Execution
import Model

/// How questions over the network are begun.
extension ProbeScheduler {
    /// The operation's completion gives the answer, possibly before this returns.
    func begin(_ probeRequest: ProbeRequest) throws(Transfer.Refused) -> any ProbeOperation {
        let key = probeRequest.key
        switch probeRequest.question {
        case .http(let http):
            let verdict = HTTPVerdict(question: http, library: library)
            return try send(HTTPRequest(http, in: probeRequest.context), for: probeRequest) { verdict.answer($0) }
        case .promql(let promql):
            let verdict = PromQLVerdict(question: promql)
            return try send(verdict.request, for: probeRequest) { verdict.answer($0) }
        case .tcp(let address):
            guard let place = HostPort(address) else { throw Transfer.Refused(text: "bad address") }
            return try reach(place.host, isOurs: true, for: probeRequest) {
                [handles = driver.handles] addresses throws(Transfer.Refused) in
                try Transfer(connectingTo: place, addresses: addresses, handles: handles)
            } judge: { _ in
                .no("bad address")
            }
        case .dns(let dns):
            let operation = DNSFlight(dns, on: loop, systemServer: nameServer, patience: probeRequest.timeout) {
                [unowned self] result in answer(key, result)
            }
            operation.start()
            return operation
        case .command, .file, .log, .process: throw Transfer.Refused(text: "not a network question")
        }
    }

    private func send(
        _ request: HTTPRequest, for probeRequest: ProbeRequest, judge: @escaping (HTTPResponse) -> Answer
    ) throws(Transfer.Refused) -> any ProbeOperation {
        let target: URLTarget
        do throws(URLTarget.Malformed) {
            target = try URLTarget(request.url)
        } catch {
            throw Transfer.Refused(text: error.text)
        }
        let isOurs = request.unix == nil && !Proxies.mayApply
        return try reach(Host(target.host), isOurs: isOurs, for: probeRequest) {
            [handles = driver.handles] addresses throws(Transfer.Refused) in
            try Transfer(request, target: target, addresses: addresses, handles: handles)
        } judge: {
            judge($0)
        }
    }

    /// Connects to a host, after looking its name up where it has one that is ours to look up.
    private func reach(
        _ host: Host, isOurs: Bool, for probeRequest: ProbeRequest,
        _ transfer: @escaping ([String]) throws(Transfer.Refused) -> Transfer,
        judge: @escaping (HTTPResponse) -> Answer
    ) throws(Transfer.Refused) -> any ProbeOperation {
        let key = probeRequest.key
        let completion: (TransferOutcome) -> Void = { [unowned self] outcome in
            switch outcome {
            case .response(let response): answer(key, judge(response))
            case .connected(let connection): answer(key, opened(connection, for: probeRequest))
            case .failed(let text): answer(key, .no(text))
            }
        }
        // libcurl knows these by itself: numbers, this machine, and names it must translate first.
        guard isOurs, !host.isNumeric, !host.isLocalName, host.text.utf8.allSatisfy({ $0 < 128 }) else {
            return TransferFlight(try transfer([]), on: driver, completion: completion)
        }
        let operation = HostFlight { [unowned self] addresses in
            do throws(Transfer.Refused) {
                return TransferFlight(try transfer(addresses), on: driver, completion: completion)
            } catch {
                answer(key, .no(error.text))
                return nil
            }
        } failed: { [unowned self] text in
            answer(key, .no(text))
        }
        operation.start(host, on: loop, server: nameServer, patience: probeRequest.timeout)
        return operation
    }
}

extension ProbeScheduler {
    /// A port that opens is not enough for a service where it is known to be somebody else's.
    private func opened(_ connection: OpenConnection, for probeRequest: ProbeRequest) -> Answer {
        guard let service = probeRequest.context.service, case .tcp(let address) = probeRequest.question,
            let stranger = stranger(connection, service)
        else { return .yes("open") }
        return .no("\(address) is listened on by PID \(stranger.pid) (\(stranger.program)), not by this step")
    }
}

extension HTTPRequest {
    init(_ question: HTTPQuestion<String>, in context: ProbeContext) {
        self.init(url: question.url)
        method = question.method
        headers = question.headers
        data = question.data
        ca = question.ca.map(context.absolute)
        cert = question.cert.map(context.absolute)
        key = question.key.map(context.absolute)
        insecure = question.insecure
        unix = question.unix.map(context.absolute)
        appetite = question.jq == nil && question.body == nil ? .status : .body
    }
}
