/// A process that lives on although it was to be ended, and why.
package struct Remnant: Hashable, Sendable {
    /// What keeps it alive.
    package enum Hold: Hashable, Sendable {
        /// We may not signal it: it belongs to this user.
        case owner(String)
        /// It waits within the kernel for a disk or the network, where no signal reaches it.
        case kernel
        /// Nothing that can be told.
        case unknown
    }

    package var pid: Int32
    /// The name that the kernel has for it, at most 15 bytes.
    package var program: String
    package var hold: Hold

    package init(pid: Int32, program: String, hold: Hold) {
        self.pid = pid
        self.program = program
        self.hold = hold
    }
}

extension Remnant: CustomStringConvertible {
    package var description: String {
        switch hold {
        case .owner(let user): "pid \(pid) (\(program)), which belongs to \(user)"
        case .kernel: "pid \(pid) (\(program)), which hangs in the kernel"
        case .unknown: "pid \(pid) (\(program))"
        }
    }
}

extension [Remnant] {
    /// That these live on, and what a person does about it: one line.
    package var account: String {
        guard let first else { return "something of it still runs" }
        let shown = prefix(Self.shown).map(\.description).joined(separator: "; ")
        let more = count > Self.shown ? "; and \(count - Self.shown) more" : ""
        return "could not be ended: \(shown)\(more) (\(first.advice(pids: map(\.pid))))"
    }

    private static let shown = 3
}

extension Remnant {
    fileprivate func advice(pids: [Int32]) -> String {
        let list = pids.prefix(16).map(String.init).joined(separator: " ")
        return switch hold {
        case .owner: "end it with: sudo kill \(list)"
        case .kernel: "it ends when the disk or mount that it waits for answers, or with the machine"
        case .unknown: "look at it with: ps -fp \(pids.prefix(16).map(String.init).joined(separator: ","))"
        }
    }
}
