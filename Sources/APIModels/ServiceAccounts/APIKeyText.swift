/// The text of an API key: `sp_<id>_<secret>`, the id's 26 characters and 43 of base64url for 32 random
/// bytes.
package struct APIKeyText: Sendable {
    package let id: KeyID
    /// The whole text; what is hashed.
    package let text: Secret<String>

    /// A new key from its id and 32 random bytes; nil for any other number of bytes.
    package init?(id: KeyID, secret: [UInt8]) {
        guard secret.count == 32 else { return nil }
        self.id = id
        text = Secret("sp_\(id.encoded)_\(Base64URL.encode(secret))")
    }

    /// Parses what a client sent; nil when it does not have the form of an API key.
    package init?(parsing text: String) {
        guard text.utf8.count == 73, text.hasPrefix("sp_") else { return nil }
        let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let id = KeyID(encoded: parts[1]), Base64URL.decode(parts[2])?.count == 32
        else {
            return nil
        }
        self.id = id
        self.text = Secret(text)
    }
}
