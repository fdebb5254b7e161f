import APIModels
import Reactor

/// Makes an agent known to its control plane: new keys, a join token, and an identity that is kept.
enum AgentEnrollment {
    /// The kept identity, or a new one made with the join token. The private keys are made here and sent
    /// nowhere.
    ///
    /// - Throws: `ControlPlaneError.unauthorized` for a token that is unknown, used, too old or for another name.
    static func identity(
        in directory: StateDirectory, name: Name, version: String, joinToken: Secret<String>?,
        addresses: ControlPlaneAddresses,
        on reactor: Reactor
    ) async throws(AgentEnrollmentError) -> AgentIdentity {
        if let identity = try kept(in: directory) {
            guard identity.name == name else { throw .otherName(kept: identity.name, asked: name) }
            return identity
        }
        guard let joinToken else { throw .noJoinToken }
        return try await enroll(
            in: directory, name: name, version: version, joinToken: joinToken, addresses: addresses,
            on: reactor)
    }

    private static func kept(in directory: StateDirectory) throws(AgentEnrollmentError) -> AgentIdentity? {
        do throws(StateDirectoryError) {
            return try AgentIdentity.load(from: directory)
        } catch { throw .state(error) }
    }

    /// Enrols anew, whatever is kept: the control plane replaces the keys of the name.
    static func enroll(
        in directory: StateDirectory, name: Name, version: String, joinToken: Secret<String>,
        addresses: ControlPlaneAddresses,
        on reactor: Reactor
    ) async throws(AgentEnrollmentError) -> AgentIdentity {
        let keys = AgentKeys()
        let request = EnrollRequest(
            joinToken: joinToken.shownOnce, name: name, version: version,
            signingPublicKey: EncodedBytes(keys.signingPublicKey),
            sealingPublicKey: EncodedBytes(keys.sealingPublicKey))
        let client = ControlPlaneClient(addresses, identity: nil, on: reactor)
        let answer: EnrollResponse
        do throws(ControlPlaneError) {
            // Never sent twice: the token is used up by the first request that arrives.
            answer = try await client.call(
                .post("/v1/agent/enroll", JSON.encode(request), isRepeatable: false),
                deadline: .after(.seconds(30)))
            await client.close()
        } catch {
            await client.close()
            throw .controlPlane(error)
        }
        let identity = AgentIdentity(
            id: answer.agentID, name: answer.name, controlPlaneURL: answer.controlPlaneURL,
            lease: answer.lease, keys: keys)
        do throws(StateDirectoryError) {
            try identity.save(to: directory)
        } catch { throw .state(error) }
        return identity
    }
}

/// Why an agent has no identity.
enum AgentEnrollmentError: Error, Equatable, Sendable, CustomStringConvertible {
    case noJoinToken
    case otherName(kept: Name, asked: Name)
    case controlPlane(ControlPlaneError)
    case state(StateDirectoryError)

    var description: String {
        switch self {
        case .noJoinToken: "the agent has not enrolled, and there is no join token to enrol with"
        case .otherName(let kept, let asked): "the state directory is of the agent \(kept), not of \(asked)"
        case .controlPlane(let error): "enrolment failed: \(error)"
        case .state(let error): "\(error)"
        }
    }
}
