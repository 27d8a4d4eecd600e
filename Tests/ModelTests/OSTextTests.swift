import Foundation
import Glibc
import Testing

@testable import Model

@Suite("Text of the system")
struct OSTextTests {
    static let samples: [[UInt8]] = [
        [], [0x61], Array("é ⟶ 𝄞".utf8), [0xE9], [0x61, 0xE9, 0x62], [0xFF, 0xFE, 0x80], Array(0x80...0xFF),
        // Broken off, overlong, a surrogate, beyond Unicode.
        [0xE2, 0x82], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0xF0, 0x9D, 0x84],
        // What stands for bytes, standing there itself.
        Array("\u{10FFE9}".utf8), Array("a\u{10FF80}\u{10FFFF}b".utf8), Array("\u{10FF7F}\u{10000}".utf8),
        [0xF4, 0x8F, 0xBE], [0xF4, 0x8F, 0xBF, 0xC3],
    ]

    @Test("any bytes come back as they were", arguments: samples)
    func roundTrip(bytes: [UInt8]) {
        #expect(OSText.bytes(of: OSText.text(of: bytes)) == bytes)
        for byte in UInt8.min...UInt8.max {
            for text in [bytes + [byte], [byte] + bytes, bytes + [byte] + bytes] {
                #expect(OSText.bytes(of: OSText.text(of: text)) == text)
            }
        }
    }

    @Test("what is UTF-8 is the String that it always was")
    func plain() {
        for text in ["", "abc", "é ⟶ 𝄞", "e\u{301}\r\n", "\u{10FF7F}"] {
            #expect(OSText.text(of: Array(text.utf8)).utf8.elementsEqual(text.utf8))
            #expect(!OSText.hasStandIns(text))
            #expect(OSText.shown(text).utf8.elementsEqual(text.utf8))
        }
    }

    @Test("a byte that is not UTF-8 is one scalar, and is shown as `\\xE9`")
    func shown() {
        let text = OSText.text(of: [0x64, 0xE9, 0x73, 0x80, 0xFF])
        #expect(text.unicodeScalars.map(\.value) == [0x64, 0x10FFE9, 0x73, 0x10FF80, 0x10FFFF])
        #expect(OSText.shown(text) == #"d\xE9s\x80\xFF"#)
    }

    @Test("parts and lines are told apart by bytes")
    func parts() {
        #expect("a:\u{301}b:".parts(at: ":").map(String.init) == ["a", "\u{301}b", ""])
        #expect("A=b=c".parts(at: "=", maxSplits: 1) == ["A", "b=c"])
        #expect("/a//b/".words(at: "/") == ["a", "b"])
        #expect("a\r\nb\n\nc\r".byteLines == ["a", "b", "", "c"])
        #expect("".parts(at: "/") == [""])
    }

    @Test("system calls take and give paths as they are")
    func calls() throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("bytes-\(UUID().uuidString)").path
        let folder = base + "/" + OSText.text(of: [0x64, 0xE9])
        #expect(POSIX.mkdir(base, 0o700) == 0)
        #expect(POSIX.mkdir(folder, 0o700) == 0)
        #expect(POSIX.symlinkat(OSText.text(of: [0xFF]), AT_FDCWD, folder + "/link") == 0)
        #expect(POSIX.names(in: base)?.map(OSText.bytes(of:)) == [[0x64, 0xE9]])
        #expect(POSIX.readlinkat(AT_FDCWD, folder + "/link").map(OSText.bytes(of:)) == [0xFF])
        #expect(POSIX.realpath(folder) == POSIX.realpath(base).map { $0 + "/" + OSText.text(of: [0x64, 0xE9]) })
        #expect(POSIX.unlink(folder + "/link") == 0)
        #expect(POSIX.rmdir(folder) == 0)
        #expect(POSIX.open(folder, O_RDONLY) < 0 && errno == ENOENT)
        #expect(POSIX.rmdir(base) == 0)
    }
}
