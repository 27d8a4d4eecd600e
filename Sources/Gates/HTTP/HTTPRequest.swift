import Execution
import Model

/// What one HTTP request asks, with every path absolute.
struct HTTPRequest {
    /// How much of the body the asker needs.
    enum Appetite {
        /// The status alone decides: a longer body is not waited for.
        case status
        /// All of it, up to `HTTPRequest.longestBody`.
        case body
    }

    /// 8 MiB: what is longer is not looked at.
    static let longestBody = 8 << 20
    /// 64 KiB: a body nobody asked about is read this far, so that servers are rarely hung up on.
    static let politeness = 64 << 10

    /// 4 KiB: what is read at once where the status alone decides. Where many are asked together and need much more,
    /// the C library hands memory back to the kernel and takes it again all the time.
    static let statusBuffer = 4 << 10

    var url: String
    var method: String?
    var headers: [Header<String>] = []
    var data: String?
    var ca: String?
    var cert: String?
    var key: String?
    var insecure = false
    var unix: String?
    var appetite = Appetite.status

    init(url: String) { self.url = url }
}

/// What a server answered.
struct HTTPResponse: Equatable {
    var status: Int
    var body: [UInt8] = []
    /// The body was asked for and is longer than `HTTPRequest.longestBody`.
    var isOverlong = false
}

/// How an attempt to reach a server ended.
enum TransferOutcome: Equatable {
    case response(HTTPResponse)
    /// A connection opened, where nothing else was asked.
    case connected(OpenConnection)
    /// Why there is no answer, for people.
    case failed(String)
}
