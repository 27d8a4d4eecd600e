extension Unicode.Scalar {
    /// It acts on a terminal or ends a line: C0, DEL, C1, the separators of lines and paragraphs.
    package var isControl: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }

    /// It can make a line read otherwise than it is: marks, embeddings, overrides and isolates of writing direction.
    package var reordersText: Bool {
        switch value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
