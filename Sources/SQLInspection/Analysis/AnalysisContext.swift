internal import Synchronization

/// What all rules share while one text is inspected, under one search path.
final class AnalysisContext {
    let catalog: CatalogSnapshot
    let settings: InspectionSettings
    /// Schemas of unqualified names, in order.
    let path: [UInt32]
    /// `path` as it was written: a part of the key of remembered bodies.
    let pathNames: [String]
    let parser: any StatementParser
    let batch: Batch
    let bodies: Bodies
    /// Under a catalog that is compared with another one: changes inside bodies are not compared again.
    let isCompared: Bool

    init(
        catalog: CatalogSnapshot, settings: InspectionSettings, path: [String], parser: any StatementParser,
        batch: Batch = Batch(), bodies: Bodies = Bodies(), isCompared: Bool = false
    ) {
        self.isCompared = isCompared
        self.catalog = catalog
        self.settings = settings
        pathNames = path
        self.path = catalog.searchSchemas(path, role: settings.role)
        self.parser = parser
        self.batch = batch
        self.bodies = bodies
    }

    /// The same inspection inside a body that has a search path of its own, and sees nothing of this text.
    func behind(path: [String]) -> AnalysisContext {
        AnalysisContext(
            catalog: catalog, settings: settings, path: path, parser: parser, bodies: bodies,
            isCompared: isCompared)
    }

    /// What earlier statements of the same text have brought about.
    final class Batch {
        struct Created {
            var schema: String
            var name: String
            var isTable: Bool
        }
        var created: [Created] = []
        var createdRoutines: Set<String> = []
        var prepared: [String: StatementInspection] = [:]
        var cursors: [String: StatementInspection] = [:]
    }

    /// The bodies under inspection: bounds how many and how deep, and sees cycles.
    final class Bodies {
        /// Outermost first.
        var active: [RoutineMemo.Key] = []
        /// The outermost active body that was met again; bodies inside that cycle are not remembered.
        var cycleFloor = Int.max
        var count = 0
        /// WITH queries under inspection that are set operations, one inside the other.
        var recursionDepth = 0
        /// Trigger functions whose flows are followed, one inside the other: a body may make triggers.
        var triggerDepth = 0
        /// Nodes visited and columns compared for one text, bodies included.
        private var steps = 0
        private let maximumSteps: Int

        init(maximumSteps: Int = Bodies.maximumSteps) { self.maximumSteps = maximumSteps }

        /// About two seconds of work.
        private static let maximumSteps = 2_000_000
        /// Of work that the statement itself does not ask for: a fifth of a second.
        static let fewSteps = 200_000

        func spend(_ count: Int) throws(InspectionFailure) {
            steps += count
            if steps > maximumSteps { throw .tooComplex("too many nodes to visit") }
        }

        static let maximumCount = 2_000
        static let maximumDepth = 40
    }
}

/// What was found about bodies of views, tables' expressions and routines; kept with the snapshot, for all sessions.
final class RoutineMemo: Sendable {
    enum Subject: Hashable, Sendable {
        /// The columns of a table, or the body of a view.
        case relation(UInt32)
        /// Row policies.
        case reading(UInt32)
        /// Defaults, checks, triggers, row policies: `events` as in `pg_trigger.tgtype`.
        case writing(UInt32, events: Int)
        case routine(UInt32)
        /// A trigger function, on a relation.
        case trigger(UInt32, relation: UInt32)
        case domain(UInt32)
    }

    struct Key: Hashable, Sendable {
        var subject: Subject
        var path: [String]
    }

    struct Summary: Sendable {
        var findings = Findings()
        /// The columns of the relation or of the routine's result.
        var columns: [Column] = []
        var isComplete = true
    }

    struct Column: Sendable {
        var name: String
        var type: UInt32
        var lineage: Lineage
        var isWhole = false
        var isNotNull = false
    }

    /// Bounded by the number of objects in the snapshot times the few search paths in use.
    private static let capacity = 20_000
    private let summaries = Mutex<[Key: Summary]>([:])
    /// Under any path.
    private let given: [Subject: Summary]

    init(_ given: [Subject: Summary]) { self.given = given }

    subscript(key: Key) -> Summary? {
        get { given[key.subject] ?? summaries.withLock { $0[key] } }
        set {
            summaries.withLock {
                if $0.count >= Self.capacity { $0.removeAll() }
                $0[key] = newValue
            }
        }
    }
}
