internal import Recording

/// What a record says of a statement beside its text.
typealias RecordFacts = StatementFacts
