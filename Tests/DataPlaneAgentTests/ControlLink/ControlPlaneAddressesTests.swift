import Testing

@testable import DataPlaneAgent

@Suite struct ControlPlaneAddressesTests {
    @Test(arguments: [
        ("https://control.example", 1), ("https://a:8443, https://b:8443", 2), ("http://127.0.0.1:80", 1),
        ("http://[::1]:80,http://localhost", 2),
    ])
    func takesOneURLOrSeveral(urls: String, count: Int) {
        #expect(ControlPlaneAddresses(urls: urls, tls: nil)?.origins.count == count)
    }

    @Test(arguments: [
        "", ",", "control.example", "http://control.example", "https://a,ftp://b", "http://127.0.0.1.example",
    ])
    func refusesWhatIsNoURLOrInTheClear(urls: String) {
        #expect(ControlPlaneAddresses(urls: urls, tls: nil) == nil)
    }
}
