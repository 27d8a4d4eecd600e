import Glibc

/// An open file descriptor that is closed when it goes out of scope.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Takes ownership of the result of a `platform_…` call; nil when that is a negated errno.
    init?(owning result: Int32) {
        guard result >= 0 else { return nil }
        number = result
    }

    deinit {
        close(number)
    }
}
