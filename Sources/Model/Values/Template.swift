/// Text with the outputs of other steps still to be filled in; params and environment are already replaced.
///
/// `${name}` and `${env.NAME}` are known when a runbook is loaded; `${step.output}` is known once that step is done.
package struct Template: Hashable, Sendable {
    package enum Piece: Hashable, Sendable {
        case text(String)
        /// The output `name` of the step with the (full) id `step`.
        case output(step: String, name: String)
    }

    package var pieces: [Piece]
    /// Names of the params that were replaced in this text, sorted: they are part of a step's fingerprint.
    package var params: [String]

    package init(pieces: [Piece], params: [String] = []) {
        self.pieces = pieces
        self.params = params
    }

    package init(_ text: String) {
        self.init(pieces: text.isEmpty ? [] : [.text(text)])
    }

    /// The text, when no output is missing from it.
    package var constant: String? {
        var text = ""
        for piece in pieces {
            guard case .text(let part) = piece else { return nil }
            text += part
        }
        return text
    }

    /// Outputs this text waits for, in the order of their appearance.
    package var outputs: [OutputReference] {
        pieces.compactMap { piece in
            guard case .output(let step, let name) = piece else { return nil }
            return OutputReference(step: step, name: name)
        }
    }

    /// The text with every output put in.
    package func resolved<Failure: Error>(
        _ value: (OutputReference) throws(Failure) -> String
    ) throws(Failure) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .output(let step, let name): text += try value(OutputReference(step: step, name: name))
            }
        }
        return text
    }

    /// For people: the text with `${step.output}` where an output belongs.
    package var display: String {
        pieces.map { piece in
            switch piece {
            case .text(let part): part
            case .output(let step, let name): "${\(step).\(name)}"
            }
        }.joined()
    }
}

/// The name of a value that one step hands to others.
package struct OutputReference: Hashable, Sendable, Comparable {
    package var step: String
    package var name: String

    package init(step: String, name: String) {
        self.step = step
        self.name = name
    }

    package static func < (left: OutputReference, right: OutputReference) -> Bool {
        (left.step, left.name) < (right.step, right.name)
    }
}
