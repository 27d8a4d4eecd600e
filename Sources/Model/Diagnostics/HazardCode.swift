/// Every hazard that is looked for, with its stable code; docs/hazards.md tells the incident behind each.
package enum HazardCode: String, Sendable, CaseIterable, Comparable {
    case noGate = "W201"
    case sleepAsGate = "W202"
    case onceWithoutOutputs = "W203"
    case noTimeout = "W204"
    case noUndo = "W205"
    case weakGate = "W206"
    case restartDeadlock = "W301"
    case monitoringLoop = "W302"
    case repairLoop = "W303"
    case secretLoop = "W304"
    case blastRadius = "W305"
    case documentOrder = "W401"
    case unsetVariable = "W402"
    case redundantNeed = "W403"

    package static func < (left: HazardCode, right: HazardCode) -> Bool { left.rawValue < right.rawValue }

    /// Two or three words for headings.
    package var title: String {
        switch self {
        case .noGate: "No gate"
        case .sleepAsGate: "Sleep as a gate"
        case .onceWithoutOutputs: "Once without outputs"
        case .noTimeout: "No timeout"
        case .noUndo: "No undo"
        case .weakGate: "Weak gate"
        case .restartDeadlock: "Cold-restart deadlock"
        case .monitoringLoop: "Observability loop"
        case .repairLoop: "Repair loop"
        case .secretLoop: "Secret loop"
        case .blastRadius: "Blast radius"
        case .documentOrder: "Order of the text"
        case .unsetVariable: "Unset variable"
        case .redundantNeed: "Redundant need"
        }
    }

    /// What the code means, in one sentence.
    package var summary: String {
        switch self {
        case .noGate: "A service, or a step that starts something elsewhere, has no gate that asks whether it is up."
        case .sleepAsGate: "A step sleeps for a fixed time where a gate should ask."
        case .onceWithoutOutputs: "A step that runs once hands nothing on, so what it made can be lost for good."
        case .noTimeout: "A script has no timeout, so it can hang for ever."
        case .noUndo: "A step changes state that nothing takes back."
        case .weakGate: "A gate asks less of an address than the steps that need it do."
        case .restartDeadlock: "After everything has stopped, steps wait for each other."
        case .monitoringLoop: "What monitors something needs or uses the very thing."
        case .repairLoop: "What people repair something with needs or uses the very thing."
        case .secretLoop: "A secret that something needs to start is kept behind it."
        case .blastRadius: "More than half of all steps fail with one component."
        case .documentOrder: "A step needs one that stands after it in the text."
        case .unsetVariable: "A shell script reads a variable that nobody sets."
        case .redundantNeed: "A need is implied already by another one."
        }
    }

    /// What to do about it.
    package var advice: String {
        switch self {
        case .noGate: "add a `gate` that asks what its users will ask of it"
        case .sleepAsGate: "ask for the state that is waited for: a `gate`, which goes on as soon as it holds"
        case .onceWithoutOutputs: "hand on what cannot be made again: `outputs: {NAME: {secret: true}}`"
        case .noTimeout: "add `timeout:` here, or for all steps in `defaults`"
        case .noUndo: "add an `undo:` block; an empty-handed one (`true`) says that there is nothing to take back"
        case .weakGate: "ask in the gate what the others ask"
        case .restartDeadlock: "let one of them start without the other, and write down how"
        case .monitoringLoop: "watch it from something that stands when it falls, or have its silence raise an alarm"
        case .repairLoop: "keep a way in that does not lead through it, and try it out"
        case .secretLoop: "keep a copy of the secret where it can be read while this is down"
        case .blastRadius: "have more than one of it, or let its users do without it for a while"
        case .documentOrder: "move the step to where a reader needs it"
        case .unsetVariable: "declare a param, set it in `env:`, or give it a default: `${NAME:-}`"
        case .redundantNeed: "leave it out, or keep it for the reader"
        }
    }
}
