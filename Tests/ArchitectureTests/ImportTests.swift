import Foundation
import Testing

@Suite("The arrows between the targets")
struct ImportTests {
    @Test(arguments: ImportArrows.all.keys.sorted())
    func importsOnlyWhatItsArrowsAllow(target: String) throws {
        let arrows = try #require(ImportArrows.all[target])
        let allowed = arrows.ours.union(arrows.others).union([target])
        for file in SourceTree.sources where file.target == target {
            let others = file.imports.subtracting(allowed).sorted()
            #expect(others.isEmpty, "\(file) imports \(others.joined(separator: ", "))")
        }
    }

    @Test func everyTargetHasItsArrows() {
        let targets = Set(SourceTree.sources.map(\.target))
        #expect(targets.count > 5, "the sources were not found under \(SourceTree.root.path)")
        #expect(targets.subtracting(ImportArrows.all.keys).sorted() == [])
    }

    @Test(arguments: ImportArrows.fences.keys.sorted())
    func aCLibraryStaysBehindItsFence(library: String) throws {
        let allowed = try #require(ImportArrows.fences[library])
        let importers = SourceTree.sources.filter {
            $0.imports.contains(library) && !allowed.contains($0.target)
        }
        #expect(importers.map(\.path) == [])
    }

    @Test func noArrowLeadsBack() {
        for (target, arrows) in ImportArrows.all {
            for other in arrows.ours {
                #expect(ImportArrows.all[other]?.ours.contains(target) != true, "\(target) and \(other)")
            }
        }
    }

    @Test(
        arguments: [
            ("import Foo", "Foo"), ("internal import Foo", "Foo"), ("package import Foo.Bar", "Foo"),
            ("@preconcurrency import struct Foo.Bar", "Foo"), ("@testable internal import Foo", "Foo"),
        ])
    func readsAnImport(line: String, module: String) {
        #expect(SourceFile.importedModule(of: line) == module)
    }

    @Test(arguments: ["// import Foo", "let x = \"import Foo\"", "important()", "/// May import Foo."])
    func readsNoImportElsewhere(line: String) {
        #expect(SourceFile.importedModule(of: line) == nil)
    }
}
