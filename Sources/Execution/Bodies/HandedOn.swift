/// What an attempt handed on, as far as it can be used.
package struct HandedOn: Hashable, Sendable {
    /// Declared outputs that are well written, sealed where they are secret; sorted by name.
    package var outputs: [Output] = []
    /// Why they do not count as what the step hands on; nil: everything that is declared is there.
    package var fault: String?
    /// Nothing was written besides: once the outputs are stored, nothing else is to be kept.
    package var isWhole = true
    /// What was written besides, for people: names, and never a value.
    package var remark: String?

    package init(outputs: [Output] = [], fault: String? = nil, isWhole: Bool = true) {
        self.outputs = outputs
        self.fault = fault
        self.isWhole = isWhole
    }
}
