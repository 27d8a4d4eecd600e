/// One step of a runbook, validated, with every param already put in.
package struct Step: Sendable {
    package enum Kind: Sendable, Hashable {
        case script
        case file(FileSpec)
    }

    /// Full id, include prefixes and all (`dc2.consul-1`, `file:server.hcl`).
    package var id: String
    /// Where the block's first metadata line stands.
    package var place: Place
    package var kind: Kind = .script
    /// Index into `Runbook.scopes`: the file this step was loaded from, with its params.
    package var scope: Int
    package var title: String
    /// The headings this step stands under, outermost first.
    package var headings: [Heading] = []

    /// First word of the block's info string, lower case.
    package var language: String = ""
    /// Program and leading arguments that run the body, by absolute path or name; the body (or its file) follows.
    package var interpreter: Interpreter
    /// The script without its `#|` lines; line ends are `\n`.
    package var body: String = ""
    /// Text put before the body, from the file's `prelude:` block of this language; ends in `\n` unless empty.
    package var prelude: String = ""
    /// Lines of the Markdown file above the metadata with which the body begins: a `#!` line and comments.
    package var bodyHead: Range<Int> = 0..<0
    /// Line of the Markdown file at which the body starts, or goes on below the metadata.
    package var bodyLine: Int = 0

    /// What must be done before this starts, as indices into `Runbook.steps`, sorted; includes implied needs.
    package var needs: [Int] = []
    /// `needs`, `uses`, `monitors` and `operates` as written.
    package var references: [Reference] = []
    package var provides: [String] = []

    package var stage: String = ""
    package var layer: String?
    package var component: String?
    package var owner: String?
    package var tags: [String] = []

    package var when: Condition?
    package var check: Template?
    /// Where the commands of `when` and `check` stand.
    package var whenPlace: Place?
    package var checkPlace: Place?
    /// How long the commands of `when` and `check` may take.
    package var whenTimeout = Duration.seconds(60)
    package var checkTimeout = Duration.seconds(60)
    package var gates: [Gate] = []
    package var isService = false
    package var isOnce = false
    package var confirm: Template?
    package var timeout: Duration?
    package var retries = Retries()
    package var environment: [Variable] = []
    /// Working directory; the runbook file's folder unless given.
    package var directory: Template
    package var outputs: [OutputSpec] = []
    /// Names of the scope's secrets that this step sees.
    package var secrets: [String] = []
    package var pool: String?
    package var isOptional = false
    package var isInteractive = false
    /// Seconds expected, until history knows better.
    package var estimate: Duration?
    package var accepts: [AcceptedHazard] = []
    package var undo: Undo?

    package init(
        id: String, place: Place, scope: Int, title: String, interpreter: Interpreter, directory: Template
    ) {
        self.id = id
        self.place = place
        self.scope = scope
        self.title = title
        self.interpreter = interpreter
        self.directory = directory
    }
}

extension Step {
    /// The line of the Markdown file at which a line of the body (from 0) stands.
    package func fileLine(ofBody line: Int) -> Int { bodyPlace.fileLine(of: line) }

    package var bodyPlace: BodyPlace { BodyPlace(head: bodyHead, line: bodyLine) }
}

/// Where the lines of a body stand in its Markdown file.
package struct BodyPlace: Hashable, Sendable {
    /// Lines above the metadata with which the body begins: a `#!` line and comments.
    package var head: Range<Int>
    /// The line at which the body starts, or goes on below the metadata.
    package var line: Int

    package init(head: Range<Int>, line: Int) {
        self.head = head
        self.line = line
    }

    /// - Parameter line: of the body, from 0.
    package func fileLine(of line: Int) -> Int {
        line < head.count ? head.lowerBound + line : self.line + line - head.count
    }
}

/// A Markdown heading, with the anchor a Git host gives it.
package struct Heading: Hashable, Sendable {
    package var level: Int
    package var text: String
    package var anchor: String
    package var place: Place

    package init(level: Int, text: String, anchor: String, place: Place) {
        self.level = level
        self.text = text
        self.anchor = anchor
        self.place = place
    }
}

/// The program that runs a body, and how the body reaches it.
package struct Interpreter: Hashable, Sendable {
    /// How the text of a body is handed over.
    package enum Delivery: Hashable, Sendable {
        /// As an argument after `arguments` (`bash -euo pipefail -c BODY`); through a file where it is too long.
        case argument
        /// In a file whose path follows `arguments` (`psql -f FILE`).
        case file
    }

    /// Program and leading arguments, without the part that delivers the body (`["bash", "-euo", "pipefail"]`).
    package var arguments: [String]
    /// The option that precedes a body passed as an argument (`-c`, `-e`); nil where only files work.
    package var option: String?
    package var delivery: Delivery
    /// A POSIX shell: its bodies can leave their exit status behind, and `when`, `check` and command gates run in it.
    package var isShell: Bool

    package init(arguments: [String], option: String?, delivery: Delivery, isShell: Bool) {
        self.arguments = arguments
        self.option = option
        self.delivery = delivery
        self.isShell = isShell
    }

    package static let bash = Interpreter(
        arguments: ["bash", "-euo", "pipefail"], option: "-c", delivery: .argument, isShell: true)
    package static let sh = Interpreter(arguments: ["sh", "-eu"], option: "-c", delivery: .argument, isShell: true)
}

/// The file a `file:` block writes.
package struct FileSpec: Hashable, Sendable {
    package var path: Template
    /// A template when the block says `template: true`, else constant text.
    package var content: Template
    /// Permission bits, 0…0o7777.
    package var mode: UInt32 = 0o644
    package var owner: String?
    package var group: String?

    package init(path: Template, content: Template) {
        self.path = path
        self.content = content
    }
}

/// How to take a step down again.
package struct Undo: Sendable {
    package var place: Place
    package var interpreter: Interpreter
    package var prelude: String
    package var body: String
    package var timeout: Duration?
    package var bodyPlace = BodyPlace(head: 0..<0, line: 0)

    package init(place: Place, interpreter: Interpreter, prelude: String, body: String, timeout: Duration? = nil) {
        self.place = place
        self.interpreter = interpreter
        self.prelude = prelude
        self.body = body
        self.timeout = timeout
    }
}

/// When a step applies.
package enum Condition: Sendable, Hashable {
    /// Decided when the runbook was loaded, from params: `text` says the condition as written.
    case decided(Bool, text: String)
    /// Exit status 0 of this shell command, asked when the step becomes ready, means it applies.
    case command(Template)
}

/// Extra attempts for a body that fails.
package struct Retries: Hashable, Sendable {
    /// Extra attempts, 0…100.
    package var count = 0
    package var initial: Duration = .seconds(1)
    package var factor: Double = 2
    package var max: Duration = .seconds(30)
    package var jitter = true
    /// Only these exit statuses are tried again; all when empty.
    package var statuses: [Int32] = []

    package init() {}
}

/// One variable of a body's environment.
package struct Variable: Hashable, Sendable {
    package var name: String
    package var value: Template

    package init(name: String, value: Template) {
        self.name = name
        self.value = value
    }
}

/// One output that a body declares.
package struct OutputSpec: Hashable, Sendable {
    package var name: String
    package var isSecret: Bool
    package var place: Place

    package init(name: String, isSecret: Bool, place: Place) {
        self.name = name
        self.isSecret = isSecret
        self.place = place
    }
}

/// One hazard acknowledged at a step, with the reason.
package struct AcceptedHazard: Hashable, Sendable {
    package var code: String
    package var reason: String
    package var place: Place

    package init(code: String, reason: String, place: Place) {
        self.code = code
        self.reason = reason
        self.place = place
    }
}

/// One entry of `needs`, `uses`, `monitors` or `operates`, as written and as resolved.
package struct Reference: Hashable, Sendable {
    package enum Relation: String, Sendable, CaseIterable {
        case needs, uses, monitors, operates
        /// A need that follows from `${step.output}`.
        case output
        /// A need that follows from `order: document`.
        case order
    }

    package var relation: Relation
    /// As written: an id, a capability, `#heading` or `stage:NAME`.
    package var text: String
    package var place: Place
    /// Indices into `Runbook.steps`, sorted.
    package var targets: [Int]

    package init(relation: Relation, text: String, place: Place, targets: [Int] = []) {
        self.relation = relation
        self.text = text
        self.place = place
        self.targets = targets
    }
}

extension Reference {
    /// True for references that decide what comes first.
    package var isOrdering: Bool {
        switch relation {
        case .needs, .output, .order: true
        case .uses, .monitors, .operates: false
        }
    }
}

extension Step {
    /// True when its condition, check or one of its gates is a shell command.
    package var asksShell: Bool {
        if check != nil { return true }
        if case .command = when { return true }
        return gates.contains { if case .command = $0.question { true } else { false } }
    }
}
