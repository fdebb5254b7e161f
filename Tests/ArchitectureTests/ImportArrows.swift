/// Who may import whom: the arrows of the architecture, all of which point inward.
struct ImportArrows: Sendable {
    /// Targets and C fences of ours.
    let ours: Set<String>
    /// Packages and libraries of others. What is not named here has no reason yet.
    let others: Set<String>

    init(ours: Set<String> = [], others: Set<String> = []) {
        self.ours = ours
        self.others = others
    }

    /// Without I/O, clocks, logging or randomness: bytes, times, ids and random bytes come in as parameters.
    static let pure: [String: ImportArrows] = [
        "APIModels": ImportArrows(),
        // Foundation knows the named time zones of weekly windows; a lock guards remembered mask plans.
        "Policy": ImportArrows(ours: ["APIModels"], others: ["Foundation", "Synchronization"]),
        "SQLInspection": ImportArrows(ours: ["CPgQuery"], others: ["Synchronization"]),
        "PatternMatching": ImportArrows(ours: ["CHyperscan"], others: ["Glibc", "Synchronization"]),
        // A lock guards the tokens that were shown.
        "Masking": ImportArrows(ours: ["PatternMatching"], others: ["Crypto", "Synchronization"]),
        // Foundation: the bytes of a signature are `Data` to Crypto.
        "Recording": ImportArrows(ours: ["CChecksum"], others: ["Crypto", "Foundation"]),
        "Compression": ImportArrows(ours: ["CZlib", "CZstd"]),
        // Foundation normalises passwords (NFKC).
        "PostgresWire": ImportArrows(others: ["Crypto", "Foundation"]),
    ]

    static let impure: [String: ImportArrows] = [
        "Observability": ImportArrows(others: platform.union(["Logging"])),
        "Settings": ImportArrows(others: ["Yams"]),
        "Reactor": ImportArrows(ours: ["CLinux", "COpenSSL"], others: platform),
        "HTTP": ImportArrows(
            ours: ["CNghttp2", "Reactor"], others: platform.union(["HTTPTypes", "Logging"])),
        "PostgresClient": ImportArrows(ours: ["CLibpq", "Reactor"], others: platform.union(["Logging"])),
        "ControlPlane": ImportArrows(
            ours: [
                "APIModels", "Compression", "HTTP", "Masking", "Observability", "PatternMatching", "Policy",
                "PostgresClient", "Reactor", "Recording", "Settings",
            ],
            others: platform.union(["ArgumentParser", "Crypto", "HTTPTypes", "JWTKit", "Logging", "Yams"])),
        "DataPlaneAgent": ImportArrows(
            ours: [
                "APIModels", "CLinux", "Compression", "HTTP", "Masking", "Observability", "Policy",
                "PostgresWire",
                "Reactor",
                "Recording", "SQLInspection", "Settings",
            ],
            others: platform.union(["ArgumentParser", "Crypto", "HTTPTypes", "JWTKit", "Logging"])),
    ]

    static let all: [String: ImportArrows] = pure.merging(impure) { pure, _ in pure }

    /// Each C library is behind one target.
    static let fences: [String: Set<String>] = [
        "CChecksum": ["Recording"],
        "CHyperscan": ["PatternMatching"],
        "CLibpq": ["PostgresClient"],
        "CLinux": ["Reactor", "DataPlaneAgent"],
        "CNghttp2": ["HTTP"],
        "COpenSSL": ["Reactor"],
        "CPgQuery": ["SQLInspection"],
        "CZlib": ["Compression"],
        "CZstd": ["Compression"],
    ]

    private static let platform: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
    ]
}
