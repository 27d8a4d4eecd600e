import Execution
import Glibc

/// The sockets that listen in this network namespace, as `/proc/net/tcp` and `tcp6` tell them.
struct ListeningSockets {
    /// Bytes of each table that are read; a machine with more connections than fit is not looked at.
    private static let limit = 16 << 20
    /// The column of the state that says: listens.
    private static let listens = Array("0A".utf8)

    private let tables: [[UInt8]]

    /// Nil where the system does not tell.
    init?() {
        var tables: [[UInt8]] = []
        for name in ["tcp", "tcp6"] {
            // A machine without IPv6 has no table of it.
            do { tables.append(try WholeFile.read("/proc/self/net/\(name)", limit: Self.limit) ?? []) } catch {
                return nil
            }
        }
        self.tables = tables
    }

    init(tables: [[UInt8]]) { self.tables = tables }

    /// The inodes of those that may have taken a connection to this address: bound to it, or, where none is, to every
    /// address. Several share a port where they all want to.
    ///
    /// - Parameter address: numeric, without brackets.
    func inodes(at address: String, port: Int) -> Set<UInt64> {
        guard let place = Place(address) else { return [] }
        let suffix = Self.hex(UInt16(truncatingIfNeeded: port))
        let exact = inodes(bound: Set(place.exact.map { $0 + suffix }))
        return exact.isEmpty ? inodes(bound: Set(place.any.map { $0 + suffix })) : exact
    }

    private func inodes(bound places: Set<[UInt8]>) -> Set<UInt64> {
        var inodes: Set<UInt64> = []
        for table in tables {
            for line in table.split(separator: 0x0A).dropFirst() {
                // sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode
                let columns = line.split(separator: 0x20, maxSplits: 10)
                guard columns.count > 9, columns[3].elementsEqual(Self.listens), places.contains(Array(columns[1])),
                    let inode = UInt64(String(decoding: columns[9], as: UTF8.self)), inode > 0
                else { continue }
                inodes.insert(inode)
            }
        }
        return inodes
    }

    private static func hex(_ port: UInt16) -> [UInt8] {
        let digits = String(port, radix: 16, uppercase: true)
        return Array((":" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).utf8)
    }

    /// An address in the spellings of the tables: words of 32 bits, each in the machine's order of bytes.
    private struct Place {
        var exact: Set<[UInt8]>
        var any: Set<[UInt8]>

        init?(_ address: String) {
            let none6 = [UInt8](repeating: UInt8(ascii: "0"), count: 32)
            if let bytes = Place.bytes(address, AF_INET, 4) {
                let mapped = Place.words([UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]) + Place.words(bytes)
                exact = [Place.words(bytes), mapped]
                any = [Place.words([0, 0, 0, 0]), none6]
            } else if let bytes = Place.bytes(String(address.prefix { $0 != "%" }), AF_INET6, 16) {
                exact = [Place.words(bytes)]
                any = [none6]
            } else {
                return nil
            }
        }

        private static func bytes(_ address: String, _ family: Int32, _ count: Int) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            return inet_pton(family, address, &bytes) == 1 ? bytes : nil
        }

        private static func words(_ bytes: [UInt8]) -> [UInt8] {
            let digits = Array("0123456789ABCDEF".utf8)
            var text: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: 4) {
                let word = bytes[start..<start + 4].withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
                for shift in stride(from: 28, through: 0, by: -4) { text.append(digits[Int(word >> shift & 15)]) }
            }
            return text
        }
    }
}
