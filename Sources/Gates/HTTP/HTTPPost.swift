import CCurl
import CLibCurl
import Model

/// Sends one document to a server and waits for its answer: for reports, not for gates.
package enum HTTPPost {
    /// Why it was not taken; one line.
    package struct Failure: Error, Hashable, Sendable {
        package var message: String
    }

    /// Posts JSON.
    ///
    /// - Parameter timeout: seconds for the whole exchange.
    /// - Throws: when the server cannot be reached, or answers with anything but 200–299.
    package static func send(json: String, to url: String, timeout: Int = 10) throws(Failure) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw Failure(message: "\(url): expected http://… or https://…")
        }
        guard let handle = curl_easy_init() else {
            throw Failure(message: curl_fault().map { String(cString: $0) } ?? "no memory for a connection")
        }
        defer { curl_easy_cleanup(handle) }
        let headers = curl_slist_append(nil, "Content-Type: application/json")
        defer { curl_slist_free_all(headers) }
        let body = Array(json.utf8CString)
        let result = body.withUnsafeBufferPointer { bytes -> CURLcode in
            _ = OSText.withCString(url) { curl_set_string(handle, CURLOPT_URL, $0) }
            _ = curl_set_list(handle, CURLOPT_HTTPHEADER, headers)
            _ = curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count - 1))
            _ = curl_set_string(handle, CURLOPT_POSTFIELDS, bytes.baseAddress)
            _ = curl_set_long(handle, CURLOPT_TIMEOUT, timeout)
            _ = curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
            _ = curl_set_writer(handle) { _, size, count, _ in size * count }
            return curl_easy_perform(handle)
        }
        guard result == CURLE_OK else {
            throw Failure(message: "\(url): " + String(cString: curl_easy_strerror(result)))
        }
        let status = curl_get_long(handle, CURLINFO_RESPONSE_CODE)
        guard (200...299).contains(status) else { throw Failure(message: "\(url) answered \(status)") }
    }
}
