import Foundation
import Reports

/// The folder that documents are written into.
struct DocumentFolder {
    /// Absolute.
    let path: String
    private let shown: String

    init(_ path: String) {
        shown = path
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    private func url(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

    func text(of name: String) -> String? { try? String(contentsOf: url(name), encoding: .utf8) }

    var hasPicture: Bool { FileManager.default.fileExists(atPath: url(DocumentSet.picture).path) }

    /// Refuses to write over a file that was not written by this program: pages are known by their first line, and the
    /// data by the pages they stand beside.
    func refuseForeign() throws {
        let isOurs = text(of: "index.md")?.hasPrefix(DocumentSet.mark) ?? false
        for name in DocumentSet.names {
            guard FileManager.default.fileExists(atPath: url(name).path) else { continue }
            let isWritten = name.hasSuffix(".md") ? text(of: name)?.hasPrefix(DocumentSet.mark) ?? false : isOurs
            guard isWritten else {
                throw CommandFailure(
                    .usage, "\(shown)/\(name) was not written by `runbook docs`",
                    hint: "choose another folder, or move that file away")
            }
        }
    }

    /// Writes what changed, each file at once or not at all; gives the names written.
    func write(_ files: [DocumentSet.File]) throws -> [String] {
        var changed: [String] = []
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            // The index last: while it is missing, nothing here counts as written.
            for file in files.filter({ $0.name != "index.md" }) + files.filter({ $0.name == "index.md" }) {
                guard text(of: file.name) != file.text else { continue }
                try Data(file.text.utf8).write(to: url(file.name), options: .atomic)
                changed.append(file.name)
            }
        } catch {
            throw CommandFailure(.failed, "\(shown): \(error.localizedDescription)")
        }
        return changed
    }
}
