import APIModels
import Testing

@Suite struct NameOrIDTests {
    private typealias Reference = NameOrID<IDKinds.Resource>

    @Test func tellsNamesFromIDs() throws {
        let id = ResourceID(rawValue: 7)
        #expect(try Reference(text: id.description) == .id(id))
        #expect(try Reference(text: "shop-prod") == .name("shop-prod"))
        #expect(try Reference(text: id.description).description == id.description)
        #expect(try Reference(text: "shop-prod").description == "shop-prod")
    }

    @Test(arguments: ["", "Shop", "res_", "res_x", "a_b", "pol_00000000000000000000000007"])
    func refusesWhatIsNeither(_ text: String) {
        #expect(throws: InvalidValue.self) { try Reference(text: text) }
    }
}
