import HTTPTypes

extension HTTPFields {
    /// The fields of a list in its order, also several of one name.
    ///
    /// What the type itself has for this takes any collection, and is compiled for none: it would cost more than all else that is
    /// done with a head. Its subscripts are compiled here, so a list of as many fields is filled place by place.
    init(list: [HTTPField]) {
        guard list.count < Self.templates.count else {
            self.init(list)
            return
        }
        self = Self.templates[list.count]
        for index in list.indices { self[index] = list[index] }
    }

    /// Lists of 0, 1, 2, ... fields: more than nearly every message has.
    private static let templates: [HTTPFields] = (0...24).map { count in
        HTTPFields((0..<count).map { _ in HTTPField(name: .accept, value: "") })
    }

    /// Room for what most messages have, so that their first fields do not move again and again.
    static let usualCount = 12
}

extension HTTPField {
    /// A field with this value, nil where it is none (RFC 9110, section 5.5): the initialisers put spaces in place of bad bytes.
    init?(_ name: Name, exactly value: UnsafeBufferPointer<UInt8>) {
        // Nearly every value is ASCII, of which a string is made by a function that is compiled for bytes.
        let isASCII = value.reduce(0, |) < 0x80
        if let text = isASCII
            ? String(decoding: value, as: UTF8.self) : String(validating: value, as: UTF8.self)
        {
            self.init(name: name, value: text)
            // The same string as long as nothing was replaced, so that looking costs nothing.
            guard self.value == text else { return nil }
        } else {
            guard Self.isValidValue(value) else { return nil }
            self.init(name: name, value: value)
        }
    }
}
