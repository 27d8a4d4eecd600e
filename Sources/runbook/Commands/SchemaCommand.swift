import ArgumentParser
import Reports
import Terminal

/// `runbook schema`: the format, for editors and other programs.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON schema of front matter and of blocks' metadata.")

    @Argument(help: "Only the schema of this; both unless given.")
    var part: SchemaJSON.Part?

    func run() throws { Console.standard.out.write(SchemaJSON.text(part)) }
}

extension SchemaJSON.Part: ExpressibleByArgument {}
