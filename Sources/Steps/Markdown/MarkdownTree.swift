internal import CMarkGFM

/// Ways through the parser's tree that take no stack.
enum MarkdownTree {
    /// Visits what is below a node, parents before their children, in the order of the text.
    ///
    /// - Parameter isEntered: whether to visit what is below a node of this type as well.
    static func walk(
        _ root: OpaquePointer, entering isEntered: (cmark_node_type) -> Bool = { _ in true },
        _ visit: (OpaquePointer, cmark_node_type) -> Void
    ) {
        var next = cmark_node_first_child(root)
        while let node = next {
            let type = cmark_node_get_type(node)
            visit(node, type)
            next = (isEntered(type) ? cmark_node_first_child(node) : nil) ?? cmark_node_next(node)
            var up = cmark_node_parent(node)
            while next == nil, let parent = up, parent != root {
                next = cmark_node_next(parent)
                up = cmark_node_parent(parent)
            }
        }
    }
}
