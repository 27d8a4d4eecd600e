package import Execution

extension Redactor {
    /// For what is shown: a value counts also as it looks once it is sanitized. Text is to be sanitized first: a value
    /// broken up by escape sequences is found only once they are gone.
    package static func forDisplay() -> Redactor { Redactor { [Sanitizer.text($0), Sanitizer.line($0)] } }
}
