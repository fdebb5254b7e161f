import Foundation
import Settings
import Testing

@testable import ControlPlane

@Suite struct ConfigurationDocumentTests {
    @Test func showsTheSettingsAsTheyAre() throws {
        let path = TestControlPlane.repository + "/docs/configuration.md"
        let document = try String(contentsOfFile: path, encoding: .utf8)
        let table = SettingsTable.markdown(ControlPlaneSetting.self)
        #expect(
            document.contains("<!-- settings of sallyport-control-plane -->\n\(table)\n<!-- end -->"),
            "put what \"sallyport-control-plane settings\" prints into docs/configuration.md")
    }
}
