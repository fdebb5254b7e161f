/// The `info` of the HPKE seals (RFC 9180): ties a sealed secret to what it is for.
package enum SealedSecretContext {
    package static func resourceCredential(_ id: ResourceID) -> [UInt8] {
        Array("sallyport/resource-credential/\(id)".utf8)
    }

    package static func maskKey(_ id: ResourceID) -> [UInt8] { Array("sallyport/mask-key/\(id)".utf8) }

    package static func principalKey(_ id: AgentID) -> [UInt8] { Array("sallyport/principal-key/\(id)".utf8) }
}
