internal import CMarkGFM
import Glibc

/// Counts what the Markdown parser takes, so that it can be stopped. Used under the parser's lock.
enum MarkdownMemory {
    /// 512 MiB: text of 16 MiB needs less, unless it is made to need more.
    static let limit = 512 << 20

    nonisolated(unsafe) private(set) static var used = 0

    /// For the parser; lives as long as the program.
    nonisolated(unsafe) static let allocator: UnsafeMutablePointer<cmark_mem> = {
        let allocator = UnsafeMutablePointer<cmark_mem>.allocate(capacity: 1)
        allocator.initialize(
            to: cmark_mem(
                calloc: { count, size in MarkdownMemory.counted(Glibc.calloc(count, size)) },
                realloc: { old, size in
                    // The parser does not end the text of a node in which it wrote nothing.
                    guard let old else { return MarkdownMemory.counted(Glibc.calloc(1, size)) }
                    MarkdownMemory.used -= malloc_usable_size(old)
                    return MarkdownMemory.counted(Glibc.realloc(old, size))
                },
                free: { old in
                    MarkdownMemory.used -= malloc_usable_size(old)
                    Glibc.free(old)
                }))
        return allocator
    }()

    /// The parser goes on with whatever it is given: without memory there is no way but out.
    private static func counted(_ memory: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let memory else { abort() }
        used += malloc_usable_size(memory)
        return memory
    }
}
