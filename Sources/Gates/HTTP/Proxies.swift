import Glibc

/// Whether libcurl may send a request through a proxy that the environment names.
enum Proxies {
    /// The variables libcurl looks at. `HTTP_PROXY` is not among them: to a program behind a web server it is what a
    /// client said.
    private static let variables = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]

    /// Where it may, names are the proxy's to look up, not ours.
    static var mayApply: Bool {
        variables.contains { name in
            guard let value = getenv(name) else { return false }
            return value.pointee != 0
        }
    }
}
