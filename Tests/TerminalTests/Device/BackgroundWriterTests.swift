import Foundation
import Glibc
import Testing

@testable import Terminal

@Suite("Writing without waiting for the reader")
struct BackgroundWriterTests {
    private func pipe() -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        #expect(Glibc.pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func read(_ descriptor: Int32, _ count: Int) -> Data {
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while data.count < count {
            let got = Glibc.read(descriptor, &buffer, min(buffer.count, count - data.count))
            guard got > 0 else { break }
            data.append(contentsOf: buffer[..<got])
        }
        return data
    }

    @Test("much more than memory and pipe hold is taken over at once, and arrives whole and in order")
    func spills() {
        let (reader, writer) = pipe()
        defer { for end in [reader, writer] { close(end) } }
        let sink = DescriptorSink(writer)
        sink.detach(folders: ["/tmp"])
        var text = ""
        for number in 0..<60_000 { text += "line \(number) \(String(repeating: "x", count: 40))\n" }
        var rest = text[...]
        while !rest.isEmpty {
            let part = rest.prefix(100_000)
            sink.write(String(part))
            rest = rest.dropFirst(part.count)
        }
        #expect(text.utf8.count > 2 * BackgroundWriter.memoryLimit)
        #expect(!sink.isReady)
        #expect(!sink.drain(within: 0))
        #expect(read(reader, text.utf8.count) == Data(text.utf8))
        #expect(sink.drain(within: nil))
        // Once the backlog is gone, memory serves again.
        sink.write("after\n")
        #expect(read(reader, 6) == Data("after\n".utf8))
        #expect(!sink.isClosed)
    }

    @Test("where nothing can be kept, that is told, and what was kept still arrives")
    func noRoom() {
        let (reader, writer) = pipe()
        defer { for end in [reader, writer] { close(end) } }
        let sink = DescriptorSink(writer)
        sink.detach(folders: ["/proc/nowhere"])
        let first = String(repeating: "a", count: BackgroundWriter.memoryLimit)
        sink.write(first)
        sink.write(first)
        sink.write("b")
        #expect(sink.failure?.contains("could not be kept") == true)
        let arrived = read(reader, first.utf8.count)
        #expect(arrived.prefix(1) == Data("a".utf8) && !arrived.contains(UInt8(ascii: "b")))
    }

    @Test("a reader that leaves ends it without a word")
    func left() {
        let (reader, writer) = pipe()
        defer { close(writer) }
        let sink = DescriptorSink(writer)
        sink.detach(folders: ["/tmp"])
        close(reader)
        sink.write("gone\n")
        #expect(sink.drain(within: nil))
        #expect(sink.isClosed && sink.failure == nil)
    }
}
