/// What a piece of text means to its reader; a `Style` turns it into colour where colour is wanted.
package enum Tone: Sendable, CaseIterable {
    case plain, strong, faint, good, bad, warning, active
}
