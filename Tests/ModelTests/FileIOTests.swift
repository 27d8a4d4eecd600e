import Glibc
import Model
import Testing

@Suite("Reading and writing open files")
struct FileIOTests {
    /// A file without a name.
    private func withFile<Result>(_ work: (Int32) throws -> Result) throws -> Result {
        let file = try #require(tmpfile())
        defer { fclose(file) }
        return try work(fileno(file))
    }

    private static let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

    @Test("what is written is read, from where the descriptor stands, up to a limit")
    func whole() throws {
        try withFile { file in
            try FileIO.write(Self.content, to: file)
            #expect(try FileIO.read(file) == [])
            lseek(file, 0, SEEK_SET)
            #expect(try FileIO.read(file, limit: 70_000, expecting: 1) == Array(Self.content[..<70_000]))
            #expect(try FileIO.read(file, limit: 0) == [])
            #expect(try FileIO.read(file) == Array(Self.content[70_000...]))
        }
    }

    @Test("what stands at an offset is read and written wherever the descriptor stands, as far as the file goes")
    func offsets() throws {
        try withFile { file in
            try FileIO.write(Self.content, to: file)
            try FileIO.write([1, 2, 3], to: file, at: 100_000)
            #expect(
                try FileIO.read(file, at: 99_999, count: 5) == [Self.content[99_999], 1, 2, 3, Self.content[100_003]])
            #expect(try FileIO.read(file, at: 199_998, count: 1_000) == Array(Self.content.suffix(2)))
            #expect(try FileIO.read(file, at: 300_000, count: 10) == [])
            #expect(lseek(file, 0, SEEK_CUR) == 200_000)
        }
    }

    @Test("a pipe that gives and takes in parts is read and written whole")
    func pipes() async throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let (reader, writer) = (ends[0], ends[1])
        defer { close(reader) }
        async let read = Task.detached { try FileIO.read(reader) }.value
        try await Task.detached {
            defer { close(writer) }
            try FileIO.write(Self.content, to: writer)
        }.value
        #expect(try await read == Self.content)
    }

    @Test("what fails says with which errno")
    func failures() throws {
        #expect(throws: SystemError(code: EBADF)) { try FileIO.read(-1) }
        #expect(throws: SystemError(code: EBADF)) { try FileIO.read(-1, at: 0, count: 1) }
        #expect(throws: SystemError(code: EBADF)) { try FileIO.write([1], to: -1) }
        #expect(throws: SystemError(code: EBADF)) { try FileIO.write([1], to: -1, at: 0) }
        #expect(throws: SystemError(code: ENOENT)) { try FileIO.syncFolder("/no/such/folder") }
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        #expect(throws: SystemError(code: ENOSPC)) { try FileIO.write([1], to: full) }
        #expect(SystemError(code: ENOENT).words == "No such file or directory")
        #expect(SystemError(code: ENOENT).text == "no such file or directory")
    }

    @Test("a folder is synced by its path, and by its descriptor")
    func folders() throws {
        try FileIO.syncFolder("/tmp")
        let folder = open("/tmp", O_RDONLY | O_DIRECTORY)
        defer { close(folder) }
        try FileIO.syncFolder(folder)
        // A file is none.
        #expect(throws: SystemError(code: ENOTDIR)) { try FileIO.syncFolder("/proc/self/status") }
    }
}
