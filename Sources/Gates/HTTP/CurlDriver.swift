import CCurl

/// Runs any number of transfers on an event loop through libcurl's multi interface.
///
/// Owned by the loop's thread. Every started transfer ends by its completion being called once, or by `cancel`.
final class CurlDriver {
    private struct Running {
        var transfer: Transfer
        var completion: (TransferOutcome) -> Void
    }

    private let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    private var running: [UnsafeMutableRawPointer: Running] = [:]
    /// When libcurl wants to be called; nil: not until something happens.
    private var due: Double?
    /// What will look at `due`, perhaps too early: libcurl changes its mind several times a transfer.
    private var timer: (id: TimerQueue.ID, at: Double)?
    /// Where its transfers get their handles from.
    let handles = HandlePool()

    /// libcurl's own set-up, done by the first prober.
    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// Nil when libcurl cannot be set up.
    init?(loop: EventLoop) {
        guard Self.isReady, let multi = curl_multi_init() else { return nil }
        self.loop = loop
        self.multi = multi
        let context = Unmanaged.passUnretained(self).toOpaque()
        curl_multi_set_watcher(
            multi,
            { _, socket, what, context, _ in
                guard let context else { return 0 }
                Unmanaged<CurlDriver>.fromOpaque(context).takeUnretainedValue().watch(socket, for: what)
                return 0
            }, context)
        curl_multi_set_timer(
            multi,
            { _, milliseconds, context in
                guard let context else { return 0 }
                Unmanaged<CurlDriver>.fromOpaque(context).takeUnretainedValue().setTimer(milliseconds)
                return 0
            }, context)
    }

    deinit {
        for handle in running.keys { curl_multi_remove_handle(multi, handle) }
        if let timer { loop.cancel(timer.id) }
        curl_multi_cleanup(multi)
    }

    func start(_ transfer: Transfer, completion: @escaping (TransferOutcome) -> Void) {
        running[transfer.handle] = Running(transfer: transfer, completion: completion)
        let code = curl_multi_add_handle(multi, transfer.handle)
        guard code != CURLM_OK else { return }
        running[transfer.handle] = nil
        completion(.failed(String(cString: curl_multi_strerror(code))))
    }

    /// Drops the transfer and its connection; its completion is not called any more.
    func cancel(_ transfer: Transfer) {
        guard running.removeValue(forKey: transfer.handle) != nil else { return }
        curl_multi_remove_handle(multi, transfer.handle)
    }

    private func watch(_ socket: curl_socket_t, for what: Int32) {
        guard what != CURL_POLL_REMOVE else { return loop.unwatch(socket) }
        loop.watch(socket, readable: what & CURL_POLL_IN != 0, writable: what & CURL_POLL_OUT != 0) {
            [unowned self] readiness in
            var mask: Int32 = 0
            if readiness.readable { mask |= CURL_CSELECT_IN }
            if readiness.writable { mask |= CURL_CSELECT_OUT }
            if readiness.failed { mask |= CURL_CSELECT_ERR }
            act(socket, mask)
        }
    }

    private func setTimer(_ milliseconds: Int) {
        guard milliseconds >= 0 else {
            due = nil
            return
        }
        let now = loop.now
        let end = now + Double(milliseconds) / 1000
        due = end
        if let timer {
            guard end < timer.at else { return }
            loop.cancel(timer.id)
        }
        arm(end, now)
    }

    private func arm(_ end: Double, _ now: Double) {
        let id = loop.after(end - now) { [unowned self] in
            timer = nil
            guard let due else { return }
            let now = loop.now
            guard due <= now else { return arm(due, now) }
            self.due = nil
            act(CURL_SOCKET_TIMEOUT, 0)
        }
        timer = (id, end)
    }

    private func act(_ socket: curl_socket_t, _ mask: Int32) {
        var count: Int32 = 0
        curl_multi_socket_action(multi, socket, mask, &count)
        while let message = curl_multi_info_read(multi, &count) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            // Removing the handle ends the message's life.
            let code = curl_message_result(message)
            let ended = running.removeValue(forKey: handle)
            let outcome = ended?.transfer.outcome(code)
            curl_multi_remove_handle(multi, handle)
            if let ended, let outcome { ended.completion(outcome) }
        }
    }
}
