/// Where a resource is, as its agent sees it.
package struct Endpoint: Hashable, Sendable, Codable {
    package var host: String
    package var port: UInt16
    package var database: String?
    package var tls: UpstreamTLS
    package var caPEM: String?

    package init(
        host: String, port: UInt16, database: String? = nil, tls: UpstreamTLS, caPEM: String? = nil
    ) {
        self.host = host
        self.port = port
        self.database = database
        self.tls = tls
        self.caPEM = caPEM
    }

    /// TLS is verified in full unless the endpoint says otherwise.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        host = try fields.decode(String.self, forKey: .host)
        port = try fields.decode(UInt16.self, forKey: .port)
        database = try fields.decodeIfPresent(String.self, forKey: .database)
        tls = try fields.decodeIfPresent(UpstreamTLS.self, forKey: .tls) ?? .verifyFull
        caPEM = try fields.decodeIfPresent(String.self, forKey: .caPEM)
    }
}

extension Endpoint: CrossFieldValidated {
    package func validate(_ report: (_ field: [String], _ error: InvalidValue) -> Void) {
        if let error = TextCheck.term(host) { report(["host"], error) }
        if port == 0 { report(["port"], InvalidValue("must be from 1 to 65535", code: .outOfRange)) }
        if let database, let error = TextCheck.term(database) { report(["database"], error) }
        if let caPEM {
            if caPEM.utf8.count > 256 << 10 {
                report(["ca_pem"], InvalidValue("must be at most 256 KiB", code: .tooLong))
            }
            if !caPEM.contains("-----BEGIN CERTIFICATE-----") {
                report(["ca_pem"], InvalidValue("must hold certificates in PEM"))
            }
        }
    }
}
