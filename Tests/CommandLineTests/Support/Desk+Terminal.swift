import Foundation
import Glibc
import Testing

extension Desk {
    /// Runs the program with a terminal of its own as all three streams, and gives what it wrote there.
    ///
    /// The status of a program that was ended by a signal is that of a shell.
    func onTerminal(
        _ arguments: [String], columns: UInt16 = 160, rows: UInt16 = 50
    ) throws -> (data: Data, status: Int32) {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        // TIOCSPTLCK, TIOCGPTN and TIOCSWINSZ: unlocked, its number, its size.
        var unlocked: Int32 = 0
        var number: UInt32 = 0
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(master, 0x4004_5431, &unlocked) == 0 && ioctl(master, 0x8004_5430, &number) == 0)
        #expect(ioctl(master, 0x5414, &size) == 0)
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        #expect(slave >= 0)
        let process = try start(arguments)
        let end = FileHandle(fileDescriptor: slave, closeOnDealloc: true)
        process.standardInput = end
        process.standardOutput = end
        process.standardError = end
        try process.run()
        try end.close()
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(master, &buffer, buffer.count)
            if count > 0 { data.append(contentsOf: buffer[..<count]) } else if count == 0 || errno != EINTR { break }
        }
        process.waitUntilExit()
        close(master)
        return (data, process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
    }

    /// Runs a line of bash in the folder, with the program as `$R`, and 60 s of time.
    ///
    /// The status is that of the line; of a program that was ended by a signal, 128 and more.
    @discardableResult
    func bash(_ line: String) throws -> Reply {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        shell.arguments = ["-s", "KILL", "60", "/bin/bash", "-c", "exec >out.bash 2>error.bash\n" + line]
        shell.currentDirectoryURL = folder
        var environment = environment
        environment["R"] = Self.program.path
        shell.environment = environment
        shell.standardInput = FileHandle.nullDevice
        try shell.run()
        shell.waitUntilExit()
        let status = shell.terminationReason == .exit ? shell.terminationStatus : 128 + shell.terminationStatus
        return Reply(status: status, out: read("out.bash"), error: read("error.bash"))
    }
}
