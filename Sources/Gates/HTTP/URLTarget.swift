import CCurl
import Model

/// Where a URL leads, as far as a probe needs to know before it connects.
struct URLTarget: Equatable {
    struct Malformed: Error {
        /// For people: `bad URL`, `unsupported scheme ftp`.
        var text: String
    }

    /// `http` or `https`.
    var scheme: String
    /// Without the brackets of an IPv6 address.
    var host: String
    /// 1…65535.
    var port: Int

    init(_ url: String) throws(Malformed) {
        guard let parser = curl_url() else {
            throw Malformed(text: curl_fault().map { String(cString: $0) } ?? "out of memory")
        }
        defer { curl_url_cleanup(parser) }
        func part(_ what: CURLUPart, _ flags: Int32) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard curl_url_get(parser, what, &text, UInt32(flags)) == CURLUE_OK, let text else { return nil }
            defer { curl_free(text) }
            return String(cString: text)
        }
        // Without the last flag libcurl takes a name before the colon, as in `localhost:8500`, for a scheme it lacks.
        let code = OSText.withCString(url) {
            curl_url_set(parser, CURLUPART_URL, $0, UInt32(CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME))
        }
        guard code == CURLUE_OK, let scheme = part(CURLUPART_SCHEME, 0)?.lowercased() else {
            throw Malformed(text: "bad URL")
        }
        guard scheme == "http" || scheme == "https" else { throw Malformed(text: "unsupported scheme \(scheme)") }
        guard let host = part(CURLUPART_HOST, 0), !host.isEmpty,
            let port = part(CURLUPART_PORT, CURLU_DEFAULT_PORT).flatMap(Int.init), (1...65535).contains(port)
        else { throw Malformed(text: "bad URL") }
        self.scheme = scheme
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        self.port = port
    }

    /// This machine, by address or by a name that means it everywhere (RFC 6761).
    var isLoopback: Bool { Host(host).isLoopback }
}
