internal import Policy

/// What policy may know of a statement. (The module has the name of a type of APIModels, so it cannot qualify its own.)
typealias PolicyFacts = StatementFacts
