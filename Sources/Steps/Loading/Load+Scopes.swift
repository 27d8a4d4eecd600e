import Model

/// The rest of the front matter, once the params of every file are known.
extension Load {
    func readScopes() {
        shareParams()
        readPools()
        for scope in scopes { readSecrets(of: scope) }
        for scope in scopes { scope.reader.names.secretSources = secretSources }
        for scope in scopes { read(scope) }
    }

    /// Notes the sources that are written out, before the params of the same file are read.
    func noteSecretSources(_ matter: FrontMatter) {
        guard case .mapping(let secrets) = matter[.secrets]?.value.value else { return }
        for secret in secrets {
            guard case .mapping(let sources) = secret.value.value else { continue }
            for source in sources where source.key == "env" {
                if let name = source.value.scalar { secretSources[name] = secret.key }
            }
        }
    }

    private func readSecrets(of scope: LoadingScope) {
        guard let entry = scope.frontMatter[.secrets] else { return }
        let secrets = SecretReader(reader: scope.reader).read(entry.value)
        values[scope.index].secrets = secrets
        scope.secretNames = Set(secrets.map(\.name))
        for secret in secrets {
            if case .environment(let name) = secret.origin { secretSources[name] = secret.name }
        }
    }

    /// Files loaded together under one prefix see each other's params, where all of them agree on the value.
    private func shareParams() {
        var byPrefix: [String: [LoadingScope]] = [:]
        for scope in scopes {
            scope.ownParamCount = scope.reader.names.params.count
            byPrefix[scope.prefix, default: []].append(scope)
        }
        var shared: [String: [Param]] = [:]
        var conflicts: [String: [String: [Param]]] = [:]
        var declarations: [String: [String: ParamDeclaration]] = [:]
        for (prefix, group) in byPrefix where group.count > 1 {
            var values: [String: [Param]] = [:]
            var order: [String] = []
            for (param, declaration) in group.flatMap({ declared($0) }) {
                if values[param.name] == nil {
                    order.append(param.name)
                    declarations[prefix, default: [:]][param.name] = declaration
                }
                values[param.name, default: []].append(param)
            }
            shared[prefix] = order.compactMap { name in
                guard let all = values[name], let first = all.first else { return nil }
                if all.allSatisfy({ $0.value == first.value }) { return first }
                conflicts[prefix, default: [:]][name] = all
                return nil
            }
        }
        for scope in scopes {
            for param in shared[scope.prefix] ?? [] where scope.reader.names.param(param.name) == nil {
                guard let declaration = declarations[scope.prefix]?[param.name] else { continue }
                scope.reader.names.add(param, declaration)
            }
            scope.reader.names.conflicts = conflicts[scope.prefix] ?? [:]
            values[scope.index].params = scope.reader.names.params
        }
    }

    private func declared(_ scope: LoadingScope) -> [(Param, ParamDeclaration)] {
        values[scope.index].params.compactMap { param in
            scope.reader.names.declaration(of: param.name).map { (param, $0) }
        }
    }

    private func readPools() {
        var pools: [String: (limit: Int, place: Diagnostic.Related)] = [:]
        for scope in scopes {
            guard let entry = scope.frontMatter[.pools],
                let entries = scope.reader.entries(entry.value, "pools", example: "{disk: 1}")
            else { continue }
            for item in entries {
                guard Names.isID(item.key) else {
                    scope.reader.report(
                        .badName, "`\(item.key)` is not a usable name for a pool", key: item, hint: Names.idHint)
                    continue
                }
                guard let limit = scope.reader.integer(item.value, item.key, in: Limits.pool) else { continue }
                let name = scope.prefix + item.key
                let place = Diagnostic.Related(
                    place: scope.reader.source.place(item.keySpot), message: "declared here",
                    sourceLine: scope.reader.source.text(line: Int(item.keySpot.line)))
                if let known = pools[name], known.limit != limit {
                    findings.report(
                        .conflictingPool, "pool `\(item.key)` has a limit of \(known.limit) elsewhere",
                        in: scope.reader.source, at: item.keySpot, length: item.keyWidth,
                        hint: "give both the same limit, or different names", related: [known.place])
                }
                if pools[name] == nil { pools[name] = (limit, place) }
            }
        }
        let limits = pools.mapValues(\.limit)
        for scope in scopes { scope.pools = limits }
    }

    private func read(_ scope: LoadingScope) {
        let reader = scope.reader
        let matter = scope.frontMatter
        var value = values[scope.index]
        value.layer = matter.label(.layer, reader)
        value.stage = matter.label(.stage, reader)
        value.owner = matter.label(.owner, reader)
        if let entry = matter[.env] {
            value.environment = VariableReader(reader: reader).read(entry.value, "env", allowsOutputs: false)
            scope.variables = Set(value.environment.map(\.name))
        }
        if let entry = matter[.dir], let directory = reader.constantPath(entry.value, "dir") {
            scope.directory = directory
        }
        if let entry = matter[.defaults] { scope.defaults = DefaultsReader(reader: reader).read(entry.value) }
        if let entry = matter[.interpreters] { readInterpreters(entry, scope) }
        if let entry = matter[.order], let order = reader.text(entry.value, "order") {
            scope.isInDocumentOrder = order == "document"
            if order != "document" {
                reader.report(
                    .badValue, "there is no order `\(order)`", at: entry.value,
                    hint: "`order: document` makes each step need the one before it")
            }
        }
        values[scope.index] = value
    }

    private func readInterpreters(_ entry: YAMLEntry, _ scope: LoadingScope) {
        let example = "{sql: [psql, -v, ON_ERROR_STOP=1, -f]}"
        guard let entries = scope.reader.entries(entry.value, "interpreters", example: example) else { return }
        for item in entries {
            let words = scope.reader.items(item.value).compactMap { scope.reader.text($0, item.key) }
            guard let first = words.first, !first.isEmpty else {
                if case .sequence(let items) = item.value.value, items.isEmpty {
                    scope.reader.report(.missingValue, "`\(item.key)` names no program", at: item.value)
                }
                continue
            }
            scope.languages.add(item.key.lowercased(), Languages.interpreter(words))
        }
    }
}
