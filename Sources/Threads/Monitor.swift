internal import Glibc

/// A value that threads share, and wait for changes of (a monitor, Hoare 1974).
///
/// Where nobody ever waits, `Mutex` of the standard library does. What a method is given is called under the lock: it
/// must not come back to the same monitor.
package final class Monitor<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        pthread_mutex_init(mutex, nil)
        // Deadlines are on a clock that nobody sets.
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(changed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Reads the value, or changes it in a way that nobody waits for.
    package func withLock<Result, Failure: Error>(
        _ work: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try work(&value)
    }

    /// Changes the value, and wakes whoever waits.
    @discardableResult
    package func change<Result>(_ change: (inout Value) -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        defer { pthread_cond_broadcast(changed) }
        return change(&value)
    }

    /// Waits until the value has what is asked for; it may be changed on that occasion, which wakes nobody.
    package func wait<Found>(for found: (inout Value) -> Found?) -> Found {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let found = found(&value) { return found }
            pthread_cond_wait(changed, mutex)
        }
    }

    /// Waits as `wait(for:)` does, but no longer than this many seconds; nil when it was in vain.
    ///
    /// - Parameter seconds: 0 or less looks once. Time that the machine is suspended for does not count.
    package func wait<Found>(within seconds: Double, for found: (inout Value) -> Found?) -> Found? {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        // No more than a century, so that it can be told in whole seconds.
        let seconds = min(max(0, seconds), 3e9)
        deadline.tv_sec += Int(seconds)
        deadline.tv_nsec += Int((seconds - seconds.rounded(.down)) * 1e9)
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let found = found(&value) { return found }
            guard pthread_cond_timedwait(changed, mutex, &deadline) != ETIMEDOUT else { return found(&value) }
        }
    }
}
