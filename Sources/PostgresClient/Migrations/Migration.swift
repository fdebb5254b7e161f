internal import Glibc

/// One numbered step of the schema: a file `NNNN_verb_noun.sql`.
package struct Migration: Sendable, Hashable {
    package let number: Int
    package let name: String
    package let text: String

    /// - Throws: `.malformedName` unless the file is called `NNNN_lower_case_words.sql`.
    package init(fileName: String, text: String) throws(MigrationError) {
        let stem = fileName.hasSuffix(".sql") ? fileName.dropLast(4) : ""
        let digits = stem.prefix { $0.isASCII && $0.isNumber }
        let words = stem.dropFirst(digits.count)
        guard digits.utf8.count == 4, let number = Int(digits), words.hasPrefix("_"), words.utf8.count > 1,
            words.utf8.allSatisfy({ $0 == 0x5F || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
        else { throw .malformedName(fileName) }
        self.number = number
        self.name = String(stem)
        self.text = text
    }

    /// The migrations in `directory`, in order. Numbers start at 1 and leave no gap.
    package static func load(from directory: String) throws(MigrationError) -> [Migration] {
        var migrations: [Migration] = []
        for name in try fileNames(in: directory) where name.hasSuffix(".sql") {
            migrations.append(try Migration(fileName: name, text: try contents(of: directory + "/" + name)))
        }
        migrations.sort { $0.number < $1.number }
        guard !migrations.isEmpty else { throw .unreadable(path: directory, reason: "no migrations there") }
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw .outOfSequence(migration.name)
        }
        return migrations
    }

    private static func fileNames(in directory: String) throws(MigrationError) -> [String] {
        guard let handle = opendir(directory) else {
            throw .unreadable(path: directory, reason: systemReason())
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    private static func contents(of path: String) throws(MigrationError) -> String {
        guard let file = fopen(path, "rbe") else { throw .unreadable(path: path, reason: systemReason()) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        guard ferror(file) == 0, let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, reason: "not readable as UTF-8")
        }
        return text
    }

    private static func systemReason() -> String { String(cString: strerror(errno)) }
}

/// Why the schema was not brought up to date. Nothing of the failed step has taken effect.
package enum MigrationError: Error, Sendable, Equatable {
    case malformedName(String)
    case outOfSequence(String)
    case unreadable(path: String, reason: String)
    /// The database has steps that this program does not know: it is older than the database.
    case unknown([String])
    /// A step that was applied is not the one this program has.
    case changed(name: String)
    case pending([String])
    case failed(name: String, reason: String)
    case database(String)
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformedName(let name): "migration \"\(name)\" is not called NNNN_verb_noun.sql"
        case .outOfSequence(let name):
            "migration \"\(name)\" is out of sequence: numbers start at 0001 without gaps"
        case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
        case .unknown(let names):
            "the database has migrations unknown to this version: \(names.joined(separator: ", ")); run a newer version"
        case .changed(let name): "migration \"\(name)\" was changed after it was applied"
        case .pending(let names): "migrations not yet applied: \(names.joined(separator: ", "))"
        case .failed(let name, let reason): "migration \"\(name)\" failed: \(reason)"
        case .database(let reason): reason
        }
    }
}
