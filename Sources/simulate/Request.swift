/// What the command line asks for.
struct Request {
    var seed: UInt64?
    var from: UInt64 = 1
    var count: UInt64 = 1000
    var isVerbose = false
    /// Broken seeds after which it ends.
    var most = 20

    init?(_ arguments: [String]) {
        var rest = arguments[...]
        func number() -> UInt64? { rest.popFirst().flatMap { UInt64($0) } }
        while let argument = rest.popFirst() {
            switch argument {
            case "--seed":
                guard let value = number() else { return nil }
                seed = value
            case "--from":
                guard let value = number() else { return nil }
                from = value
            case "--count":
                guard let value = number() else { return nil }
                count = value
            case "--verbose": isVerbose = true
            case "--all": most = .max
            case "--first": most = 1
            default: return nil
            }
        }
    }
}
