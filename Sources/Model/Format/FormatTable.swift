extension FormatKey {
    private static let references = FormatValue.list(.text)
    private static let question = FormatValue.any([.text, .mapping(.question)])
    private static let statuses = FormatValue.list(.any([.integer(100...599), .text]))
    private static let block: [FormatPlace] = [.step, .file]

    /// Every key of the format, in the order in which messages list those of one place. Reading, suggestions, the
    /// table in docs/format.md and the JSON schema come from here.
    package static let table: [FormatKey] = blocks + gates + frontMatter + parts

    private static let blocks: [FormatKey] = [
        FormatKey("step", block, .id, "The id of the step."),
        FormatKey("file", [.file], .text, "Path of the file that the block writes."),
        FormatKey("undo", [.undo], .text, "The step that the block takes down."),
        FormatKey("prelude", [.prelude], .text, "The language whose scripts the block is put in front of."),
        FormatKey("title", block, .text, "What people call the step."),
        FormatKey("needs", block, references, "What must be done, gates included, before this starts."),
        FormatKey("provides", block, .list(.id), "Capabilities that others may need."),
        FormatKey("uses", block, references, "What must keep working for this to keep working."),
        FormatKey("monitors", block, references, "What the step's product observes."),
        FormatKey("operates", block, references, "What people repair with the step's product."),
        FormatKey("stage", block, .text, "The stage that the step belongs to."),
        FormatKey("layer", block, .text, "The layer that the step belongs to."),
        FormatKey("component", block, .text, "What is being brought up."),
        FormatKey("owner", [.step], .text, "Who answers for the step."),
        FormatKey("owner", [.file], .text, "The user who owns the file."),
        FormatKey("tags", block, .list(.text), "Words for selecting the step."),
        FormatKey(
            "when", block, .any([.flag, .text, .map(.list(.text)), .mapping(.question)]), "Whether the step applies."),
        FormatKey("check", block, question, "A command that says whether the wanted state holds already."),
        FormatKey("gate", block, .list(.gate), "How the step is known to be up."),
        FormatKey("service", [.step], .flag, "The body is a process that stays."),
        FormatKey("once", [.step], .flag, "Never repeated without a person's word."),
        FormatKey("confirm", block, .text, "A question that a person answers before the step runs."),
        FormatKey("timeout", [.step, .undo], .duration, "Limit of the body, each attempt."),
        FormatKey("retries", [.step], .integer(0...100), "Extra attempts after a failure."),
        FormatKey("backoff", [.step], .mapping(.backoff), "The pauses before extra attempts."),
        FormatKey("retry-on", [.step], .list(.integer(1...255)), "Only these exit statuses are tried again."),
        FormatKey("env", block, .map(.text), "Extra environment of the step."),
        FormatKey("dir", block, .text, "Working folder of the step."),
        FormatKey(
            "outputs", [.step], .list(.any([.text, .map(.any([.mapping(.output), .nothing]))])),
            "Values that the body hands on."),
        FormatKey("secrets", [.step], .list(.text), "Which secrets of the front matter the step sees."),
        FormatKey("on", block, .text, "Reserved.", isReserved: true),
        FormatKey("serial", block, .text, "Reserved.", isReserved: true),
        FormatKey("max-fail", block, .text, "Reserved.", isReserved: true),
        FormatKey("pool", block, .text, "A limit of the front matter that the step takes a place of."),
        FormatKey("optional", block, .flag, "Its failure does not block what needs it."),
        FormatKey("interactive", [.step], .flag, "Takes the terminal, and runs alone."),
        FormatKey(
            "shell", [.step, .file, .undo], .list(.text), "What runs the body, in place of the block's language."),
        FormatKey("estimate", block, .duration, "How long it takes, until history knows better."),
        FormatKey("accept", block, .map(.text), "Hazards acknowledged here, each with its reason."),
        FormatKey("template", [.file], .flag, "Interpolation happens in the body."),
        FormatKey("mode", [.file], .text, "Permissions of the file, as octal digits."),
        FormatKey("group", [.file], .text, "The group that owns the file."),
    ]

    private static let gates: [FormatKey] = [
        FormatKey("http", [.gate], .text, "The URL answers as it should.", isKind: true),
        FormatKey("tcp", [.gate], .text, "A connection to `HOST:PORT` opens.", isKind: true),
        FormatKey("command", [.gate], .text, "A shell command exits with status 0.", isKind: true),
        FormatKey("dns", [.gate], .text, "The name resolves.", isKind: true),
        FormatKey("file", [.gate], .text, "The file exists.", isKind: true),
        FormatKey("log", [.gate], .text, "A line of the step's own output matches.", isKind: true),
        FormatKey("promql", [.gate], .text, "A query of Prometheus has samples.", isKind: true),
        FormatKey(
            "process", [.gate], .any([.word(["true"]), .nothing]), "The process of the service is alive.", isKind: true
        ),
        FormatKey("within", [.gate], .duration, "How long the gate may take in all."),
        FormatKey("every", [.gate], .duration, "Longest pause between two probes."),
        FormatKey("stable", [.gate], .duration, "How long the gate must hold without a break."),
        FormatKey("timeout", [.gate], .duration, "Limit of one probe."),
        FormatKey("name", [.gate], .text, "What people call the gate."),
        FormatKey("status", [.http], statuses, "Accepted statuses: `200`, `2xx`, `200-299`."),
        FormatKey("jq", [.http], .text, "A program over the JSON body that must say true."),
        FormatKey("body", [.http], .text, "A regular expression that must match in the body."),
        FormatKey("method", [.http], .text, "Method of the request."),
        FormatKey("headers", [.http], .map(.text), "Headers of the request."),
        FormatKey("data", [.http], .text, "Body of the request."),
        FormatKey("ca", [.http], .text, "PEM file of the authorities that are trusted."),
        FormatKey("cert", [.http], .text, "PEM file of the client's certificate."),
        FormatKey("key", [.http], .text, "PEM file of the client's key."),
        FormatKey("insecure", [.http], .flag, "The server's certificate is not verified."),
        FormatKey("unix", [.http], .text, "Path of a socket to connect to."),
        FormatKey("stdout", [.command], .text, "A regular expression that must match in the output."),
        FormatKey("server", [.dns], .text, "`HOST:PORT` of the server to ask."),
        FormatKey("type", [.dns], .text, "Type of the records."),
        FormatKey("min", [.dns], .integer(1...1_000), "Least number of answers."),
        FormatKey("contains", [.fileGate], .text, "A regular expression that must match in the file."),
        FormatKey("url", [.promql], .text, "Address of the server."),
        FormatKey("is", [.promql], .text, "Comparison that must hold for each sample: `>= 3`."),
    ]

    private static let frontMatter: [FormatKey] = [
        FormatKey("runbook", [.frontMatter], .text, "The runbook's name."),
        FormatKey("title", [.frontMatter], .text, "The runbook's title."),
        FormatKey("layer", [.frontMatter], .text, "The layer of every step that does not say otherwise."),
        FormatKey("stage", [.frontMatter], .text, "The stage of every step that does not say otherwise."),
        FormatKey("owner", [.frontMatter], .text, "Who answers for every step that does not say otherwise."),
        FormatKey(
            "include", [.frontMatter], .list(.any([.text, .mapping(.include)])), "Other files that are loaded first."),
        FormatKey(
            "params", [.frontMatter], .map(.any([.text, .mapping(.param), .nothing])), "Values that can be set."),
        FormatKey("secrets", [.frontMatter], .map(.mapping(.secret)), "Where secrets come from."),
        FormatKey("env", [.frontMatter], .map(.text), "Environment of every body."),
        FormatKey("dir", [.frontMatter], .text, "Working folder of every step."),
        FormatKey("pools", [.frontMatter], .map(.integer(1...10_000)), "Limits that steps share."),
        FormatKey("defaults", [.frontMatter], .mapping(.defaults), "Limits of every step and gate."),
        FormatKey("interpreters", [.frontMatter], .map(.list(.text)), "What runs bodies of a language."),
        FormatKey("hosts", [.frontMatter], .text, "Reserved.", isReserved: true),
        FormatKey("order", [.frontMatter], .word(["document"]), "Each step needs the one before it."),
    ]

    private static let parts: [FormatKey] = [
        FormatKey("default", [.param], .any([.text, .nothing]), "The value unless another one is given."),
        FormatKey("type", [.param], .word(Param.Kind.allCases.map(\.rawValue)), "What values may be."),
        FormatKey("choices", [.param], .list(.text), "The values allowed."),
        FormatKey("pattern", [.param], .text, "A regular expression that must match the whole value."),
        FormatKey("min", [.param], .text, "Least value of an `int` or `duration`."),
        FormatKey("max", [.param], .text, "Largest value of an `int` or `duration`."),
        FormatKey("required", [.param], .flag, "The param must be given."),
        FormatKey("help", [.param], .text, "What the param is for."),
        FormatKey("file", [.include], .text, "Path of the file that is loaded."),
        FormatKey("as", [.include], .id, "Prefix of every id of the file."),
        FormatKey("with", [.include], .map(.text), "Params of the file."),
        FormatKey("timeout", [.defaults], .duration, "Limit of scripts that are no services."),
        FormatKey("retries", [.defaults], .integer(0...100), "Extra attempts of steps."),
        FormatKey("backoff", [.defaults], .mapping(.backoff), "Pauses before extra attempts of steps."),
        FormatKey("retry-on", [.defaults], .list(.integer(1...255)), "Exit statuses that are tried again."),
        FormatKey("within", [.defaults], .duration, "How long gates may take in all."),
        FormatKey("every", [.defaults], .duration, "Longest pause between two probes of gates."),
        FormatKey("stable", [.defaults], .duration, "How long gates must hold without a break."),
        FormatKey("probe-timeout", [.defaults], .duration, "Limit of one probe of gates."),
        FormatKey("env", [.secret], .text, "The variable of the environment that holds the secret."),
        FormatKey("file", [.secret], .text, "Path of the file that holds the secret."),
        FormatKey("command", [.secret], .text, "A shell command that prints the secret."),
        FormatKey("timeout", [.secret], .duration, "How long the command may take."),
        FormatKey("vault", [.secret], .text, "Reserved.", isReserved: true),
        FormatKey("initial", [.backoff], .duration, "The first pause."),
        FormatKey("factor", [.backoff], .number(1...100), "By how much each pause is longer than the one before."),
        FormatKey("max", [.backoff], .duration, "The longest pause."),
        FormatKey("jitter", [.backoff], .flag, "Pauses vary at random."),
        FormatKey("command", [.question], .text, "The shell command that is asked."),
        FormatKey("timeout", [.question], .duration, "How long the command may take."),
        FormatKey("secret", [.output], .flag, "The output is stored sealed, and masked wherever it is shown."),
    ]
}
