import Foundation

/// One Swift file of the repository.
struct SourceFile: Sendable, CustomStringConvertible {
    /// From the top of the repository.
    let path: String
    let target: String
    let lines: [String]

    var description: String { path }

    /// The modules that it imports, whole or in part.
    var imports: Set<String> {
        Set(lines.compactMap(Self.importedModule))
    }

    /// The module of an import declaration: `internal import Foo`, `import struct Foo.Bar`, `@preconcurrency import Foo`.
    static func importedModule(of line: String) -> String? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let keyword = words.firstIndex(of: "import") else { return nil }
        let modifiers: Set<Substring> = ["internal", "package", "public", "private", "fileprivate"]
        guard words[..<keyword].allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@") }) else {
            return nil
        }
        let kinds: Set<Substring> = [
            "class", "enum", "func", "let", "protocol", "struct", "typealias", "var",
        ]
        var rest = words[(keyword + 1)...]
        if let kind = rest.first, kinds.contains(kind) { rest.removeFirst() }
        return rest.first?.split(separator: ".").first.map(String.init)
    }
}

/// The working tree that this test was built from.
enum SourceTree {
    /// Also when the tests are built from a package that links here.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let sources = files(under: "Sources")
    static let tests = files(under: "Tests")

    private static func files(under folder: String) -> [SourceFile] {
        let top = root.appendingPathComponent(folder)
        guard let found = FileManager.default.enumerator(at: top, includingPropertiesForKeys: nil) else {
            return []
        }
        let urls = found.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
        return urls.sorted { $0.path < $1.path }.compactMap { url in
            guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
            let path = String(url.path.dropFirst(root.path.count + 1))
            let target = path.split(separator: "/").dropFirst().first.map(String.init) ?? ""
            return SourceFile(path: path, target: target, lines: text.components(separatedBy: "\n"))
        }
    }
}
