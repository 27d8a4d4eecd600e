import Yams

/// Reads the file of `--params`: a YAML mapping of names to plain values.
package enum ParamFile {
    /// What is wrong with the file, with its place.
    package struct Failure: Error, Hashable, Sendable {
        package var message: String
    }

    /// The values in the order written; an empty file has none.
    package static func parse(_ text: String, file: String) throws(Failure) -> [(name: String, value: String)] {
        let node: Node?
        do { node = try Yams.compose(yaml: text) } catch {
            throw Failure(message: "\(file): \(error)")
        }
        guard let node else { return [] }
        guard case .mapping(let mapping) = node else {
            throw Failure(message: "\(file): expected a mapping of param names to values")
        }
        var values: [(name: String, value: String)] = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key, case .scalar(let scalar) = value else {
                let line = (value.mark ?? key.mark).map { ":\($0.line):\($0.column)" } ?? ""
                throw Failure(message: "\(file)\(line): a param is a plain name with a plain value")
            }
            values.append((name: name.string, value: scalar.string))
        }
        return values
    }
}
