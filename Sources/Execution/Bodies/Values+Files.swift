package import Model

// What is kept of files that are written over.
extension Values {
    /// What a file step is to write now.
    package func request(_ file: FileSpec, of step: Step, in scope: Scope) throws(ValueError) -> FileRequest {
        FileRequest(
            path: try resolve(file.path), directory: try directory(of: step, in: scope),
            content: try resolve(file.content), mode: file.mode, owner: file.owner, group: file.group)
    }

    /// Nil for what is not written over.
    ///
    /// What only its owner can read, and what has a secret in it, is sealed.
    package func image(of found: FoundFile) throws(ValueError) -> FileImage? {
        switch found {
        case .nothing: return .nothing
        case .link(let target): return .link(target)
        case .other: return nil
        case .file(let bytes, let mode, let user, let group):
            let text = Self.hexadecimal(bytes)
            guard mode & 0o044 == 0 || mask.mask(bytes) != bytes else {
                return .file(.plain(text), mode: mode, user: user, group: group)
            }
            return .file(.sealed(try seal(text)), mode: mode, user: user, group: group)
        }
    }

    package func found(in image: FileImage) throws(ValueError) -> FoundFile {
        switch image {
        case .nothing: return .nothing
        case .link(let target): return .link(target)
        case .file(let content, let mode, let user, let group):
            let text: String
            switch content {
            case .plain(let plain): text = plain
            case .sealed(let bytes): text = try unseal(bytes)
            }
            return .file(Self.bytes(text), mode: mode, user: user, group: group)
        }
    }

    /// A digest of what is written; keyed where a secret is in it.
    package func contentMark(_ text: String) throws(ValueError) -> String {
        // As it is read back: stand-ins that came from several values may make up UTF-8 together.
        let text = OSText.text(of: OSText.bytes(of: text))
        guard mask.mask(text) != text else { return "sha256:" + Fingerprinter.digest(text) }
        return "sealed:" + (try keyedDigest(text))
    }

    /// The same of a file, which may be no text.
    package func contentMark(_ bytes: [UInt8]) throws(ValueError) -> String { try contentMark(OSText.text(of: bytes)) }

    package func isContent(_ bytes: [UInt8], mark: String) throws(ValueError) -> Bool {
        let text = OSText.text(of: bytes)
        return mark
            == (mark.hasPrefix("sealed:")
                ? "sealed:" + (try keyedDigest(text)) : "sha256:" + Fingerprinter.digest(text))
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func bytes(_ text: String) -> [UInt8] {
        func value(_ digit: UInt8) -> UInt8 {
            digit < UInt8(ascii: "a") ? digit &- UInt8(ascii: "0") : digit &- UInt8(ascii: "a") &+ 10
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2)
        var high: UInt8?
        for digit in text.utf8 {
            if let first = high {
                bytes.append(value(first) << 4 | value(digit) & 15)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }
}
