extension Rule: Codable {
    private enum CodingKeys: String, CodingKey {
        case effect
        case actions, tables, touches, functions, conditions, methods, paths, awsActions, awsResources
        case reason, approval
        case columns, tags, detectors, with
        case maxRows, maxAffectedRows, statementTimeout, maxRecordedBytes
    }

    /// Fields of another effect are unknown fields: a `reason` on an `allow` is a mistake that must not pass.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let effect = try fields.decode(Effect.self, forKey: .effect)
        matcher = try Rule.matcher(from: fields)
        switch effect {
        case .allow: consequence = .allow
        case .deny: consequence = .deny(reason: try fields.decodeIfPresent(String.self, forKey: .reason))
        case .requireApproval:
            consequence = .requireApproval(try fields.decode(ApprovalTerms.self, forKey: .approval))
        case .mask:
            let target = MaskTarget(
                columns: try fields.decodeIfPresent([Glob].self, forKey: .columns) ?? [],
                tags: try fields.decodeIfPresent([String].self, forKey: .tags) ?? [],
                detectors: try fields.decodeIfPresent([String].self, forKey: .detectors) ?? [])
            consequence = .mask(target, with: try fields.decode(MaskStrategy.self, forKey: .with))
        case .limit:
            consequence = .limit(
                StatementLimits(
                    maxRows: try fields.decodeIfPresent(Int64.self, forKey: .maxRows),
                    maxAffectedRows: try fields.decodeIfPresent(Int64.self, forKey: .maxAffectedRows),
                    statementTimeout: try fields.decodeIfPresent(
                        DurationText.self, forKey: .statementTimeout),
                    maxRecordedBytes: try fields.decodeIfPresent(Int64.self, forKey: .maxRecordedBytes)))
        }
    }

    private static func matcher(from fields: KeyedDecodingContainer<CodingKeys>) throws -> RuleMatcher {
        RuleMatcher(
            actions: try fields.decodeIfPresent(ActionSet.self, forKey: .actions),
            tables: try fields.decodeIfPresent([Glob].self, forKey: .tables),
            touches: try fields.decodeIfPresent([String].self, forKey: .touches),
            functions: try fields.decodeIfPresent([Glob].self, forKey: .functions),
            conditions: try fields.decodeIfPresent([Condition].self, forKey: .conditions),
            methods: try fields.decodeIfPresent([Glob].self, forKey: .methods),
            paths: try fields.decodeIfPresent([Glob].self, forKey: .paths),
            awsActions: try fields.decodeIfPresent([Glob].self, forKey: .awsActions),
            awsResources: try fields.decodeIfPresent([Glob].self, forKey: .awsResources))
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(effect, forKey: .effect)
        try encodeMatcher(into: &fields)
        switch consequence {
        case .allow: break
        case .deny(let reason): try fields.encodeIfPresent(reason, forKey: .reason)
        case .requireApproval(let terms): try fields.encode(terms, forKey: .approval)
        case .mask(let target, let strategy):
            if !target.columns.isEmpty { try fields.encode(target.columns, forKey: .columns) }
            if !target.tags.isEmpty { try fields.encode(target.tags, forKey: .tags) }
            if !target.detectors.isEmpty { try fields.encode(target.detectors, forKey: .detectors) }
            try fields.encode(strategy, forKey: .with)
        case .limit(let limits):
            try fields.encodeIfPresent(limits.maxRows, forKey: .maxRows)
            try fields.encodeIfPresent(limits.maxAffectedRows, forKey: .maxAffectedRows)
            try fields.encodeIfPresent(limits.statementTimeout, forKey: .statementTimeout)
            try fields.encodeIfPresent(limits.maxRecordedBytes, forKey: .maxRecordedBytes)
        }
    }

    private func encodeMatcher(into fields: inout KeyedEncodingContainer<CodingKeys>) throws {
        try fields.encodeIfPresent(matcher.actions, forKey: .actions)
        try fields.encodeIfPresent(matcher.tables, forKey: .tables)
        try fields.encodeIfPresent(matcher.touches, forKey: .touches)
        try fields.encodeIfPresent(matcher.functions, forKey: .functions)
        try fields.encodeIfPresent(matcher.conditions, forKey: .conditions)
        try fields.encodeIfPresent(matcher.methods, forKey: .methods)
        try fields.encodeIfPresent(matcher.paths, forKey: .paths)
        try fields.encodeIfPresent(matcher.awsActions, forKey: .awsActions)
        try fields.encodeIfPresent(matcher.awsResources, forKey: .awsResources)
    }
}
