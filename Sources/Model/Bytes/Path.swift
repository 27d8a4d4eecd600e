/// Paths as text: nothing here asks the file system.
package enum Path {
    private static let slash = UInt8(ascii: "/")

    /// The parts between slashes, told apart by bytes: a slash before a combining mark is one Character with it.
    package static func parts(_ path: String) -> [Substring] {
        path.utf8.split(separator: slash).map(Substring.init)
    }

    package static func isAbsolute(_ path: String) -> Bool { path.utf8.first == slash }

    /// The absolute path without `.` and `..` parts; `folder` is absolute.
    package static func absolute(_ path: String, in folder: String) -> String {
        var kept: [Substring] = []
        for part in parts(isAbsolute(path) ? path : folder + "/" + path) where part != "." {
            if part == ".." { _ = kept.popLast() } else { kept.append(part) }
        }
        return "/" + kept.joined(separator: "/")
    }

    package static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: slash) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    package static func base(of path: String) -> String { parts(path).last.map(String.init) ?? "" }

    /// An absolute path as people would write it from the folder: relative where that is not longer.
    package static func display(_ path: String, from folder: String) -> String {
        let target = parts(path)
        let start = parts(folder)
        var common = 0
        while common < min(target.count, start.count), target[common] == start[common] { common += 1 }
        let ups = Array(repeating: Substring(".."), count: start.count - common)
        let relative = (ups + target[common...]).joined(separator: "/")
        if relative.isEmpty { return "." }
        return relative.utf8.count <= path.utf8.count ? relative : path
    }

    /// True when a relative path leads out of the folder it starts in.
    package static func escapes(_ path: String) -> Bool {
        guard !isAbsolute(path) else { return false }
        var depth = 0
        for part in parts(path) where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }
}
