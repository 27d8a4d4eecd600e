import Foundation
import Steps

/// Names of runbook files that do not depend on where the program was started, and ways to them.
struct RunbookPlaces {
    private let base: [String]
    private let folder: [String]
    private let here: [String]

    /// - Parameter folder: absolute path of the folder that ways begin in.
    init(_ runbook: Runbook, folder: String) {
        here = Self.parts(FileManager.default.currentDirectoryPath)
        self.folder = Self.parts(folder)
        var base: [String]?
        for scope in runbook.scopes {
            let parts = Array(Self.parts(Self.absolute(scope.file)).dropLast())
            base = base.map { Array(zip($0, parts).prefix { $0 == $1 }.map(\.0)) } ?? parts
        }
        self.base = base ?? []
    }

    /// The file from the deepest folder that all of them are in.
    func name(_ file: String) -> String { Self.way(from: base, to: Self.parts(Self.absolute(file))) }

    /// The way from the folder to the file.
    func link(_ file: String) -> String { Self.way(from: folder, to: Self.parts(Self.absolute(file))) }

    /// A path of the command line, from where the program was started.
    func argument(_ path: String) -> String {
        let way = Self.way(from: here, to: Self.parts(Self.absolute(path)))
        return way.isEmpty ? "." : way
    }

    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    private static func parts(_ path: String) -> [String] { path.split(separator: "/").map(String.init) }

    private static func way(from start: [String], to end: [String]) -> String {
        let common = zip(start, end).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: start.count - common) + end[common...]).joined(separator: "/")
    }
}
