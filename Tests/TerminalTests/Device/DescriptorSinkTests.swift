import Dispatch
import Foundation
import Glibc
import Synchronization
import Testing

@testable import Terminal

@Suite("Writing to a descriptor")
struct DescriptorSinkTests {
    private func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        #expect(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    @Test("everything arrives")
    func arrives() {
        let (read, write) = pipe()
        defer { close(read) }
        let sink = DescriptorSink(write)
        sink.write("größe\n")
        sink.write("")
        close(write)
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = Glibc.read(read, &buffer, buffer.count)
        #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self) == "größe\n")
        #expect(!sink.isClosed)
    }

    @Test("a reader that leaves ends output without a word and without a signal")
    func brokenPipe() {
        let (read, write) = pipe()
        defer { close(write) }
        let sink = DescriptorSink(write)
        close(read)
        sink.write("gone\n")
        #expect(sink.isClosed)
        #expect(sink.failure == nil)
        sink.write("still gone\n")
    }

    @Test("another failure is told")
    func fullDisk() {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let sink = DescriptorSink(full)
        sink.write("x")
        #expect(sink.isClosed)
        #expect(sink.failure == "No space left on device")
    }

    @Test("a full pipe is not ready; a non-blocking one is waited for and loses nothing")
    func nonBlocking() {
        let (read, write) = pipe()
        _ = fcntl(write, F_SETFL, O_NONBLOCK)
        let sink = DescriptorSink(write)
        let size = Int(fcntl(write, 1032))  // F_GETPIPE_SZ
        #expect(sink.isReady)
        sink.write(String(repeating: "x", count: size))
        #expect(!sink.isReady)
        let total = Mutex(0)
        let done = DispatchSemaphore(value: 0)
        let reader = Thread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = Glibc.read(read, &buffer, buffer.count)
                guard count > 0 else { break }
                total.withLock { $0 += count }
            }
            done.signal()
        }
        reader.start()
        sink.write(String(repeating: "y", count: size))
        close(write)
        done.wait()
        close(read)
        #expect(total.withLock { $0 } == size * 2)
        #expect(!sink.isClosed)
    }
}
