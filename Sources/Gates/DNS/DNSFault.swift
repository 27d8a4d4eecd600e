import CAres

/// Why name servers have no answer, said in the words of `AnswerText`.
struct DNSFault {
    /// One of c-ares' codes.
    var code: Int32

    /// For a question about records.
    var text: String {
        switch code {
        case ARES_ENOTFOUND, ARES_ENONAME: "NXDOMAIN"
        case ARES_ENODATA: "no answers"
        case ARES_ESERVFAIL: "SERVFAIL"
        case ARES_EREFUSED: "REFUSED"
        case ARES_ENOTIMP: "NOTIMP"
        case ARES_EFORMERR: "FORMERR"
        case ARES_ECONNREFUSED: AnswerText.refused
        case ARES_EBADRESP: "bad answer"
        case ARES_EBADNAME: "bad name"
        case ARES_ETIMEOUT: "timed out"
        case ARES_ENOMEM: "out of memory"
        default: String(cString: ares_strerror(code))
        }
    }

    /// For a host that something else is to be asked of.
    var hostText: String {
        switch code {
        case ARES_ENOTFOUND, ARES_ENONAME, ARES_ENODATA, ARES_EBADNAME: AnswerText.noSuchHost
        default: "name server: \(text)"
        }
    }
}
