import Glibc
import Model

/// The strings of one exec as C wants them, in memory that is used again for the next one.
final class ArgumentBuffer {
    private var bytes: UnsafeMutablePointer<CChar>
    private var capacity: Int
    private var used = 0
    private var offsets: [Int] = []
    private var pointers: [UnsafeMutablePointer<CChar>?] = []

    init() {
        capacity = 16_384
        bytes = .allocate(capacity: capacity)
    }

    deinit {
        bytes.deallocate()
    }

    func removeAll() {
        used = 0
        offsets.removeAll(keepingCapacity: true)
    }

    /// Adds one string; false when it has a NUL byte in it and so has no C form.
    func append(_ text: String) -> Bool {
        if OSText.hasStandIns(text) { return OSText.bytes(of: text).withUnsafeBufferPointer(append) }
        var text = text
        return text.withUTF8(append)
    }

    private func append(_ source: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = source.baseAddress, !source.isEmpty else {
            reserve(1)
            finish()
            return true
        }
        guard memchr(start, 0, source.count) == nil else { return false }
        reserve(source.count + 1)
        memcpy(bytes + used, start, source.count)
        offsets.append(used)
        used += source.count
        bytes[used] = 0
        used += 1
        return true
    }

    private func finish() {
        offsets.append(used)
        bytes[used] = 0
        used += 1
    }

    private func reserve(_ count: Int) {
        guard used + count > capacity else { return }
        let larger = max(capacity * 2, used + count)
        let moved = UnsafeMutablePointer<CChar>.allocate(capacity: larger)
        memcpy(moved, bytes, used)
        bytes.deallocate()
        bytes = moved
        capacity = larger
    }

    /// What follows `prefix` in the last string that starts with it.
    func value(after prefix: StaticString) -> String? {
        let length = prefix.utf8CodeUnitCount
        let start = UnsafeRawPointer(prefix.utf8Start).assumingMemoryBound(to: CChar.self)
        for offset in offsets.reversed() where strncmp(bytes + offset, start, length) == 0 {
            return OSText.text(of: bytes + offset + length)
        }
        return nil
    }

    /// The strings, and those of another buffer after them, as an array that ends in NULL, for the time of the call.
    func withPointers<Result>(
        and other: ArgumentBuffer? = nil, _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        pointers.removeAll(keepingCapacity: true)
        for offset in offsets {
            pointers.append(bytes + offset)
        }
        if let other {
            for offset in other.offsets {
                pointers.append(other.bytes + offset)
            }
        }
        pointers.append(nil)
        return body(pointers)
    }
}
