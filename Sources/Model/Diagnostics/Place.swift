/// A position in a source file: what every diagnostic points at.
package struct Place: Hashable, Sendable, Comparable {
    /// The file as the user would name it (relative to the working directory where that is shorter).
    package var file: String
    /// Counted from 1; 0 when the whole file is meant.
    package var line: Int
    /// Counted from 1, in Unicode scalars; 0 when the whole line is meant.
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    package static func < (left: Place, right: Place) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

extension Place: CustomStringConvertible {
    package var description: String {
        line == 0 ? file : column == 0 ? "\(file):\(line)" : "\(file):\(line):\(column)"
    }
}
