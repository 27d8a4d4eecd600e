import Execution

/// Draws that depend on the seed and on what is drawn for, so that one draw more or less elsewhere changes none of
/// them.
struct SeededRandom {
    private var random: SplitMix64

    /// - Parameter words: what is drawn for; the same words give the same draws.
    init(_ seed: UInt64, _ words: String..., number: Int = 0) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        func mix(_ byte: UInt64) {
            hash ^= byte
            hash = hash &* 0x0000_0100_0000_01B3
        }
        for word in words {
            for byte in word.utf8 { mix(UInt64(byte)) }
            mix(0xFF)
        }
        mix(UInt64(truncatingIfNeeded: number))
        mix(UInt64(truncatingIfNeeded: number >> 8))
        random = SplitMix64(seed: hash)
    }

    mutating func next() -> UInt64 { random.next() }

    /// 0..<bound; 0 for a bound below 1.
    mutating func below(_ bound: Int) -> Int { bound < 1 ? 0 : Int(random.next() % UInt64(bound)) }

    mutating func chance(_ percent: Int) -> Bool { percent > 0 && below(100) < percent }

    mutating func seconds(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(random.next() >> 11) / Double(1 << 53)
    }

    /// Small values often, large ones seldom: spans of time in the world are like that.
    mutating func skewed(_ low: Double, _ high: Double) -> Double {
        let share = seconds(0, 1)
        return low + (high - low) * share * share * share
    }

    mutating func pick<Element>(_ list: [Element]) -> Element? {
        list.isEmpty ? nil : list[below(list.count)]
    }

    mutating func shuffled(_ count: Int) -> [Int] {
        var list = Array(0..<max(0, count))
        for position in stride(from: list.count - 1, to: 0, by: -1) { list.swapAt(position, below(position + 1)) }
        return list
    }
}
