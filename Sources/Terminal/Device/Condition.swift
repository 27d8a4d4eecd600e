internal import Glibc

/// A lock with a condition to wait for: POSIX's mutex and condition variable.
final class Condition: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let variable = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(variable, nil)
    }

    deinit {
        pthread_cond_destroy(variable)
        pthread_mutex_destroy(mutex)
        variable.deallocate()
        mutex.deallocate()
    }

    func withLock<T>(_ work: () throws -> T) rethrows -> T {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try work()
    }

    /// Lets go of the lock until `broadcast`, or for no reason at all; only inside `withLock`.
    func wait() { pthread_cond_wait(variable, mutex) }

    func broadcast() { pthread_cond_broadcast(variable) }
}
