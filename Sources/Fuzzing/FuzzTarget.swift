/// A way to feed arbitrary bytes to a part of the program that reads what people, children and servers write.
///
/// The same targets serve libFuzzer (`scripts/fuzz`) and the tests, which replay `Tests/Corpus`.
package enum FuzzTarget: String, CaseIterable, Sendable {
    /// A whole runbook: Markdown structure and everything after it.
    case page
    /// The lines between the two `---`.
    case frontmatter
    /// The metadata of a step's block, without its `#|`.
    case block
    /// The value of `gate:`.
    case gate
    /// The value of `timeout:`, `estimate:` and a gate's `within:`.
    case duration
    /// The body of a file block with `template: true`.
    case interpolation
    /// What a body wrote to `$RUNBOOK_OUTPUT`.
    case outputs
    /// A stored fingerprint.
    case fingerprint
    /// The JSON writer.
    case json
    /// A runbook in order, made from the bytes, and the JSON of its plan and graph.
    case plan
    /// What stands between text from outside and a terminal.
    case terminal

    /// Feeds one input.
    ///
    /// Throws what does not hold that should; a crash is for whoever calls.
    package func play(_ bytes: [UInt8], stage: FuzzStage) throws(FuzzFinding) {
        switch self {
        case .page: try stage.load(bytes)
        case .frontmatter, .block, .gate, .duration, .interpolation: try stage.load(FuzzPage.wrap(bytes, as: self))
        case .outputs: try TextProperties.outputs(bytes)
        case .fingerprint: try TextProperties.fingerprint(bytes)
        case .json: try JSONProperties.roundTrip(bytes)
        case .plan: try stage.load(MadeRunbook(bytes))
        case .terminal: try TextProperties.terminal(bytes)
        }
    }
}

/// Something that an input broke; the message says what.
package struct FuzzFinding: Error, Hashable, Sendable, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }

    /// Throws unless `condition` holds.
    static func unless(_ condition: Bool, _ message: @autoclosure () -> String) throws(FuzzFinding) {
        if !condition { throw FuzzFinding(message()) }
    }
}
