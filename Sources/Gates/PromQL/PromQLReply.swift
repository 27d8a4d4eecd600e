import FoundationEssentials

/// The answer of Prometheus's query interface, as far as a gate needs it.
struct PromQLReply: Decodable, Equatable {
    var status: String
    var data: Result?
    var errorType: String?
    var error: String?

    enum Result: Equatable {
        case samples([Sample])
        /// A kind that has no present values, such as `matrix`.
        case other(String)
    }

    /// One value, as the server wrote it.
    struct Sample: Decodable, Equatable {
        var text: String

        init(_ text: String) { self.text = text }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            _ = try container.decode(Double.self)
            text = try container.decode(String.self)
        }

        /// Nil when it is not a number; `NaN` is one.
        var number: Double? { Double(text) }
    }
}

extension PromQLReply.Result: Decodable {
    private enum Keys: String, CodingKey {
        case resultType, result
    }

    private struct Series: Decodable {
        var value: PromQLReply.Sample
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        switch try container.decode(String.self, forKey: .resultType) {
        case "vector": self = .samples(try container.decode([Series].self, forKey: .result).map(\.value))
        case "scalar": self = .samples([try container.decode(PromQLReply.Sample.self, forKey: .result)])
        case let kind: self = .other(kind)
        }
    }
}
