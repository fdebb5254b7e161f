/// A secret as a caller gives it: exactly one of `{"value"}`, `{"env"}`, `{"file"}`. Write-only.
package enum SecretInput: Sendable, Decodable {
    /// Sealed to the agent's key, and encrypted at rest.
    case value(Secret<String>)
    /// An environment variable of the agent.
    case environment(String)
    /// A file that the agent reads.
    case file(String)

    private enum CodingKeys: String, CodingKey { case value, env, file }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let value = try fields.decodeIfPresent(Secret<String>.self, forKey: .value)
        let environment = try fields.decodeIfPresent(String.self, forKey: .env)
        let file = try fields.decodeIfPresent(String.self, forKey: .file)
        switch (value, environment, file) {
        case (let value?, nil, nil): self = .value(value)
        case (nil, let name?, nil):
            if let error = TextCheck.term(name) { throw error }
            self = .environment(name)
        case (nil, nil, let path?):
            if let error = TextCheck.line(path, maximum: 4096) { throw error }
            guard path.hasPrefix("/") else { throw InvalidValue("the file must be an absolute path") }
            self = .file(path)
        default: throw InvalidValue("must have exactly one of value, env, file")
        }
    }
}

/// A secret as an agent gets it: exactly one of `{"sealed"}`, `{"env"}`, `{"file"}`.
package enum SecretSource: Hashable, Sendable, Codable {
    /// HPKE `enc || ciphertext` for the agent's key.
    case sealed(EncodedBytes)
    case environment(String)
    case file(String)

    private enum CodingKeys: String, CodingKey { case sealed, env, file }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let sealed = try fields.decodeIfPresent(EncodedBytes.self, forKey: .sealed)
        let environment = try fields.decodeIfPresent(String.self, forKey: .env)
        let file = try fields.decodeIfPresent(String.self, forKey: .file)
        switch (sealed, environment, file) {
        case (let sealed?, nil, nil): self = .sealed(sealed)
        case (nil, let name?, nil): self = .environment(name)
        case (nil, nil, let path?): self = .file(path)
        default: throw InvalidValue("must have exactly one of sealed, env, file")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .sealed(let bytes): try fields.encode(bytes, forKey: .sealed)
        case .environment(let name): try fields.encode(name, forKey: .env)
        case .file(let path): try fields.encode(path, forKey: .file)
        }
    }
}

/// What an answer says about a secret: where it comes from, never what it is.
package struct SecretSummary: Hashable, Sendable, Codable {
    package enum Source: String, Hashable, Sendable, Codable, CaseIterable {
        /// Given as a value, kept encrypted.
        case stored
        case env
        case file
    }

    package var source: Source
    /// The environment variable or the path.
    package var name: String?

    package init(source: Source, name: String? = nil) {
        self.source = source
        self.name = name
    }
}
