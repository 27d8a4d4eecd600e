/// Paths as text: nothing here asks the file system.
enum Path {
    /// The absolute path without `.` and `..` parts; `folder` is absolute.
    static func absolute(_ path: String, in folder: String) -> String {
        let whole = path.utf8.first == UInt8(ascii: "/") ? path : folder + "/" + path
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func base(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }

    /// An absolute path as people would write it from the folder: relative where that is not longer.
    static func display(_ path: String, from folder: String) -> String {
        let target = path.split(separator: "/")
        let start = folder.split(separator: "/")
        var common = 0
        while common < min(target.count, start.count), target[common] == start[common] { common += 1 }
        let ups = Array(repeating: Substring(".."), count: start.count - common)
        let relative = (ups + target[common...]).joined(separator: "/")
        if relative.isEmpty { return "." }
        return relative.utf8.count <= path.utf8.count ? relative : path
    }

    /// True when a relative path leads out of the folder it starts in.
    static func escapes(_ path: String) -> Bool {
        guard path.utf8.first != UInt8(ascii: "/") else { return false }
        var depth = 0
        for part in path.split(separator: "/") where part != "." {
            depth += part == ".." ? -1 : 1
            if depth < 0 { return true }
        }
        return false
    }
}
