import Model
import Reports

/// The folder that documents are written into.
struct DocumentFolder {
    /// Absolute.
    let path: String
    private let shown: String

    init(_ path: String) {
        shown = path
        self.path = ProcessContext.current.absolute(path)
    }

    func text(of name: String) -> String? { TextFile.text("\(path)/\(name)") }

    var hasPicture: Bool { TextFile.exists("\(path)/\(DocumentSet.picture)") }

    /// Refuses to write over a file that was not written by this program: pages are known by their first line, and the
    /// data by the pages they stand beside.
    func refuseForeign() throws {
        let isOurs = text(of: "index.md")?.hasPrefix(DocumentSet.mark) ?? false
        for name in DocumentSet.names {
            guard TextFile.exists("\(path)/\(name)") else { continue }
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
        do throws(SystemError) {
            try TextFile.makeFolder(path)
            // The index last: while it is missing, nothing here counts as written.
            for file in files.filter({ $0.name != "index.md" }) + files.filter({ $0.name == "index.md" }) {
                guard text(of: file.name) != file.text else { continue }
                try TextFile.replace("\(path)/\(file.name)", file.text)
                changed.append(file.name)
            }
        } catch {
            throw CommandFailure(.failed, "\(shown): \(error.words)")
        }
        return changed
    }
}
