import Foundation
import Testing

@testable import ControlPlane

@Suite struct ReferencePageTests {
    private static func page() throws -> String {
        let text = try String(contentsOfFile: TestControlPlane.repository + "/openapi.yaml", encoding: .utf8)
        return ReferencePage(description: try APIDescription(yaml: text)).html.markup
    }

    @Test func hasEveryOperationAndEveryShape() throws {
        let page = try Self.page()
        for operation in Operation.allCases {
            #expect(page.contains("<section id=\"\(operation.rawValue)\">"), "\(operation)")
        }
        #expect(page.contains("<section id=\"shape-PolicySpec\">"))
    }

    @Test func everyLinkOnThePageLeadsSomewhere() throws {
        let page = try Self.page()
        let targets = page.matches(of: /href="#([^"]+)"/).map { String($0.output.1) }
        #expect(targets.count > 100)
        for target in Set(targets) { #expect(page.contains("id=\"\(target)\""), "\(target)") }
    }

    @Test func loadsNothing() throws {
        let page = try Self.page()
        for forbidden in ["<script", "<link", "<img", "src=", "url(", "@import", "http://"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
    }

    @Test func escapesWhatIsText() {
        let text = "<b>&\"'"
        let html: HTML = "<p title=\"\(text)\">\(HTML.prose("a `<x>` b ` c"))</p>"
        #expect(
            html.markup == "<p title=\"&lt;b&gt;&amp;&quot;&#39;\">a <code>&lt;x&gt;</code> b  c</p>")
    }
}
