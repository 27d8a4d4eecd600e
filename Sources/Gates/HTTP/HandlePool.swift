import CCurl

/// Handles of libcurl that have done their work, for the next transfers: making one takes longer than filling it in.
///
/// Owned by the prober's thread.
final class HandlePool {
    /// Most that wait: a handle is some twenty kilobytes.
    static let most = 64

    private(set) var idle: [UnsafeMutableRawPointer] = []

    deinit {
        for handle in idle { curl_easy_cleanup(handle) }
    }

    /// One that nothing is set in, and no connection belongs to; nil when there is no memory.
    func take() -> UnsafeMutableRawPointer? { idle.popLast() ?? curl_easy_init() }

    /// Takes back what no transfer uses any more.
    ///
    /// - Parameter isClean: its last transfer has ended well. Of one that has not, something might be told that is not
    ///   true of the next: what the kernel said last stays with the handle.
    func giveBack(_ handle: UnsafeMutableRawPointer, isClean: Bool) {
        guard isClean, idle.count < Self.most else { return curl_easy_cleanup(handle) }
        curl_easy_reset(handle)
        idle.append(handle)
    }
}
