import Execution
import Glibc

/// Users and groups by name or number.
enum Accounts {
    /// Largest entry of the user database that is read.
    private static let limit = 1 << 20

    static func user(_ name: String) throws(FileError) -> uid_t {
        var entry = passwd()
        let found = look { buffer, size in
            var result: UnsafeMutablePointer<passwd>?
            let error = getpwnam_r(name, &entry, buffer, size, &result)
            return (error, result != nil)
        }
        if found { return entry.pw_uid }
        guard let number = uid_t(name), number != .max else { throw FileError(message: "there is no user \(name)") }
        return number
    }

    static func group(_ name: String) throws(FileError) -> gid_t {
        var entry = Glibc.group()
        let found = look { buffer, size in
            var result: UnsafeMutablePointer<Glibc.group>?
            let error = getgrnam_r(name, &entry, buffer, size, &result)
            return (error, result != nil)
        }
        if found { return entry.gr_gid }
        guard let number = gid_t(name), number != .max else { throw FileError(message: "there is no group \(name)") }
        return number
    }

    /// Asks with a buffer that grows until the answer fits.
    private static func look(_ ask: (UnsafeMutablePointer<CChar>, Int) -> (error: Int32, isFound: Bool)) -> Bool {
        var size = 4_096
        while size <= limit {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            let answer = ask(buffer, size)
            if answer.error != ERANGE { return answer.error == 0 && answer.isFound }
            size *= 4
        }
        return false
    }
}
