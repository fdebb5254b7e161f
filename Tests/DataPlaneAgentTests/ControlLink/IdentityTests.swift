import APIModels
import Crypto
import Foundation
import Testing

@testable import DataPlaneAgent

@Suite struct StateDirectoryTests {
    @Test func keepsFilesForTheirOwnerOnly() async throws {
        try await withStateDirectory { directory in
            try directory.write([1, 2, 3], to: "file")
            try directory.write([4], to: "file")
            #expect(try directory.read("file", upTo: 100) == [4])
            let file = try FileManager.default.attributesOfItem(atPath: "\(directory.path)/file")
            let folder = try FileManager.default.attributesOfItem(atPath: directory.path)
            #expect(file[.posixPermissions] as? Int == 0o600)
            #expect(folder[.posixPermissions] as? Int == 0o700)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["file"])
        }
    }

    @Test func replacesWhatACrashLeftBehind() async throws {
        try await withStateDirectory { directory in
            try directory.write([1], to: "file.new")
            try directory.write([2], to: "file")
            #expect(try directory.read("file", upTo: 100) == [2])
        }
    }

    @Test func refusesFilesThatOthersMayRead() async throws {
        try await withStateDirectory { directory in
            try directory.write([1], to: "file")
            let path = "\(directory.path)/file"
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            #expect(throws: StateDirectoryError.tooPermissive(path: path)) {
                try directory.read("file", upTo: 100)
            }
        }
    }

    @Test func refusesFilesThatAreTooLarge() async throws {
        try await withStateDirectory { directory in
            try directory.write([1, 2, 3], to: "file")
            #expect(throws: StateDirectoryError.tooLarge(path: "\(directory.path)/file")) {
                try directory.read("file", upTo: 2)
            }
        }
    }

    @Test func hasNothingToReadAtFirst() async throws {
        try await withStateDirectory { directory in
            #expect(try directory.read("file", upTo: 100) == nil)
            try directory.remove("file")
        }
    }
}

@Suite struct AgentIdentityTests {
    @Test func isTheSameAfterARestart() async throws {
        try await withStateDirectory { directory in
            #expect(try AgentIdentity.load(from: directory) == nil)
            let identity = LinkFixtures().identity
            try identity.save(to: directory)
            let loaded = try #require(try AgentIdentity.load(from: directory))
            #expect(loaded.id == identity.id)
            #expect(loaded.lease == identity.lease)
            #expect(loaded.keys.signingPublicKey == identity.keys.signingPublicKey)
            #expect(loaded.keys.sealingPublicKey == identity.keys.sealingPublicKey)
        }
    }

    @Test func refusesAFileThatIsDamaged() async throws {
        try await withStateDirectory { directory in
            try directory.write(Array(#"{"agent_id": "agt_"}"#.utf8), to: "identity.json")
            #expect(throws: StateDirectoryError.self) { try AgentIdentity.load(from: directory) }
        }
    }

    @Test func signsItsRequests() throws {
        let identity = LinkFixtures().identity
        let bearer = identity.bearer(at: Timestamp(seconds: 1000))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: identity.keys.signingPublicKey)
        #expect(key.isValidSignature(bearer.signature, for: bearer.signedText))
        #expect(AgentBearer(parsing: bearer.text) == bearer)
    }

    @Test func neverShowsItsKeys() {
        #expect("\(AgentKeys())" == "[redacted]")
    }
}
