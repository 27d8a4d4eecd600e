import CCurl
import Glibc
import Model

/// Why libcurl has no answer, said in the words of `AnswerText`.
struct TransferFault {
    var code: CURLcode
    /// `errno` of the system call that failed; 0 where none did.
    var system: Int32
    /// libcurl's own sentence, which may be empty.
    var detail: String
    /// Status code of the answer that was cut off; 0 before one arrived.
    var status: Int

    var text: String {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return AnswerText.noSuchHost
        case CURLE_COULDNT_RESOLVE_PROXY: return "proxy: \(AnswerText.noSuchHost)"
        case CURLE_COULDNT_CONNECT: return Self.connecting(system) ?? AnswerText.refused
        case CURLE_URL_MALFORMAT: return "bad URL"
        case CURLE_GOT_NOTHING: return "closed without an answer"
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL: return "not HTTP"
        case CURLE_PARTIAL_FILE: return "\(status), body cut short"
        case CURLE_OUT_OF_MEMORY: return "out of memory"
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR: return broken
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            return "TLS: \(secureDetail)"
        case CURLE_SSL_CACERT_BADFILE: return "TLS: cannot read ca"
        case CURLE_SSL_CERTPROBLEM: return "TLS: cannot use cert or key"
        default: return detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        }
    }

    /// Words for `errno` of a connection that did not open; nil for one without.
    static func connecting(_ system: Int32) -> String? {
        switch system {
        case ECONNREFUSED: AnswerText.refused
        case EHOSTUNREACH: "no route to host"
        case ENETUNREACH, EADDRNOTAVAIL: "network unreachable"
        case ECONNRESET, EPIPE: "connection reset"
        case EACCES, EPERM: "no permission"
        case EMFILE, ENFILE: "too many open files"
        case ENOENT: "no such socket"
        default: nil
        }
    }

    private var broken: String {
        // TLS 1.3 refuses a client's certificate only after the connection has opened.
        if let alert = routine { return "TLS: \(alert)" }
        let reason = Self.connecting(system) ?? "connection reset"
        return status == 0 ? reason : "\(status), \(reason)"
    }

    /// What is wrong with the certificate or the handshake, without OpenSSL's codes.
    private var secureDetail: String {
        let problem = "SSL certificate problem: "
        if detail.hasPrefix(problem) { return String(detail.dropFirst(problem.count)) }
        // SSL: no alternative certificate subject name matches target host name 'x'
        if detail.contains("subject name"), let host = detail.words(at: "'").last {
            return "certificate is not for \(host)"
        }
        return routine ?? "no secure connection"
    }

    /// The end of a sentence such as `error:0A000412:SSL routines::sslv3 alert bad certificate, errno 0`.
    private var routine: String? {
        guard let start = detail.firstRange(of: "routines:"),
            let last = detail[start.upperBound...].words(at: ":").last
        else { return nil }
        return last.firstRange(of: ", errno").map { String(last[..<$0.lowerBound]) } ?? String(last)
    }
}
