// swift-format-ignore-file
// Written by Tests/Fixtures/inspection/generate-parse-tree-schema.py from libpg_query's pg_query.proto.

/// The messages of libpg_query's tree: one case per node kind of PostgreSQL's grammar.
enum NodeKind: UInt16, CaseIterable {
    /// A list element that PostgreSQL leaves empty.
    case null
    case parseResult
    case integer
    case float
    case boolean
    case string
    case bitString
    case list
    case oidList
    case intList
    case aConst
    case alias
    case rangeVar
    case tableFunc
    case `var`
    case param
    case aggref
    case groupingFunc
    case windowFunc
    case subscriptingRef
    case funcExpr
    case namedArgExpr
    case opExpr
    case distinctExpr
    case nullIfExpr
    case scalarArrayOpExpr
    case boolExpr
    case subLink
    case subPlan
    case alternativeSubPlan
    case fieldSelect
    case fieldStore
    case relabelType
    case coerceViaIO
    case arrayCoerceExpr
    case convertRowtypeExpr
    case collateExpr
    case caseExpr
    case caseWhen
    case caseTestExpr
    case arrayExpr
    case rowExpr
    case rowCompareExpr
    case coalesceExpr
    case minMaxExpr
    case sqlValueFunction
    case xmlExpr
    case nullTest
    case booleanTest
    case coerceToDomain
    case coerceToDomainValue
    case setToDefault
    case currentOfExpr
    case nextValueExpr
    case inferenceElem
    case targetEntry
    case rangeTblRef
    case joinExpr
    case fromExpr
    case onConflictExpr
    case intoClause
    case mergeAction
    case rawStmt
    case query
    case insertStmt
    case deleteStmt
    case updateStmt
    case mergeStmt
    case selectStmt
    case returnStmt
    case plAssignStmt
    case alterTableStmt
    case alterTableCmd
    case alterDomainStmt
    case setOperationStmt
    case grantStmt
    case grantRoleStmt
    case alterDefaultPrivilegesStmt
    case closePortalStmt
    case clusterStmt
    case copyStmt
    case createStmt
    case defineStmt
    case dropStmt
    case truncateStmt
    case commentStmt
    case fetchStmt
    case indexStmt
    case createFunctionStmt
    case alterFunctionStmt
    case doStmt
    case renameStmt
    case ruleStmt
    case notifyStmt
    case listenStmt
    case unlistenStmt
    case transactionStmt
    case viewStmt
    case loadStmt
    case createDomainStmt
    case createdbStmt
    case dropdbStmt
    case vacuumStmt
    case explainStmt
    case createTableAsStmt
    case createSeqStmt
    case alterSeqStmt
    case variableSetStmt
    case variableShowStmt
    case discardStmt
    case createTrigStmt
    case createPLangStmt
    case createRoleStmt
    case alterRoleStmt
    case dropRoleStmt
    case lockStmt
    case constraintsSetStmt
    case reindexStmt
    case checkPointStmt
    case createSchemaStmt
    case alterDatabaseStmt
    case alterDatabaseRefreshCollStmt
    case alterDatabaseSetStmt
    case alterRoleSetStmt
    case createConversionStmt
    case createCastStmt
    case createOpClassStmt
    case createOpFamilyStmt
    case alterOpFamilyStmt
    case prepareStmt
    case executeStmt
    case deallocateStmt
    case declareCursorStmt
    case createTableSpaceStmt
    case dropTableSpaceStmt
    case alterObjectDependsStmt
    case alterObjectSchemaStmt
    case alterOwnerStmt
    case alterOperatorStmt
    case alterTypeStmt
    case dropOwnedStmt
    case reassignOwnedStmt
    case compositeTypeStmt
    case createEnumStmt
    case createRangeStmt
    case alterEnumStmt
    case alterTSDictionaryStmt
    case alterTSConfigurationStmt
    case createFdwStmt
    case alterFdwStmt
    case createForeignServerStmt
    case alterForeignServerStmt
    case createUserMappingStmt
    case alterUserMappingStmt
    case dropUserMappingStmt
    case alterTableSpaceOptionsStmt
    case alterTableMoveAllStmt
    case secLabelStmt
    case createForeignTableStmt
    case importForeignSchemaStmt
    case createExtensionStmt
    case alterExtensionStmt
    case alterExtensionContentsStmt
    case createEventTrigStmt
    case alterEventTrigStmt
    case refreshMatViewStmt
    case replicaIdentityStmt
    case alterSystemStmt
    case createPolicyStmt
    case alterPolicyStmt
    case createTransformStmt
    case createAmStmt
    case createPublicationStmt
    case alterPublicationStmt
    case createSubscriptionStmt
    case alterSubscriptionStmt
    case dropSubscriptionStmt
    case createStatsStmt
    case alterCollationStmt
    case callStmt
    case alterStatsStmt
    case aExpr
    case columnRef
    case paramRef
    case funcCall
    case aStar
    case aIndices
    case aIndirection
    case aArrayExpr
    case resTarget
    case multiAssignRef
    case typeCast
    case collateClause
    case sortBy
    case windowDef
    case rangeSubselect
    case rangeFunction
    case rangeTableSample
    case rangeTableFunc
    case rangeTableFuncCol
    case typeName
    case columnDef
    case indexElem
    case statsElem
    case constraint
    case defElem
    case rangeTblEntry
    case rangeTblFunction
    case tableSampleClause
    case withCheckOption
    case sortGroupClause
    case groupingSet
    case windowClause
    case objectWithArgs
    case accessPriv
    case createOpClassItem
    case tableLikeClause
    case functionParameter
    case lockingClause
    case rowMarkClause
    case xmlSerialize
    case withClause
    case inferClause
    case onConflictClause
    case cteSearchClause
    case cteCycleClause
    case commonTableExpr
    case mergeWhenClause
    case roleSpec
    case triggerTransition
    case partitionElem
    case partitionSpec
    case partitionBoundSpec
    case partitionRangeDatum
    case partitionCmd
    case vacuumRelation
    case publicationObjSpec
    case publicationTable
    case inlineCodeBlock
    case callContext
}

/// The names of all fields of all messages.
enum FieldName: UInt16, CaseIterable {
    case accessMethod
    case action
    case actions
    case adminOpt
    case aggDistinct
    case aggFilter
    case aggOrder
    case aggStar
    case aggWithinGroup
    case aggargtypes
    case aggcollid
    case aggdirectargs
    case aggdistinct
    case aggfilter
    case aggfnoid
    case aggkind
    case agglevelsup
    case aggno
    case aggorder
    case aggsplit
    case aggstar
    case aggtransno
    case aggtranstype
    case aggtype
    case aggvariadic
    case alias
    case aliascolnames
    case aliases
    case aliasname
    case all
    case amname
    case amtype
    case arbiterElems
    case arbiterWhere
    case arg
    case argNames
    case argType
    case argisrow
    case argnumber
    case args
    case argsUnspecified
    case argtypes
    case arrayBounds
    case arrayCollid
    case arrayTypeid
    case atomic
    case attlist
    case authrole
    case base
    case behavior
    case boolop
    case booltesttype
    case boolval
    case bound
    case bsval
    case canSetTag
    case cascaded
    case casecollid
    case casetype
    case catalogname
    case cfgname
    case chain
    case checkAsUser
    case classArgs
    case cmdName
    case cmds
    case coalescecollid
    case coalescetype
    case coerceformat
    case coercionformat
    case colCollations
    case colNames
    case colTypes
    case colTypmods
    case colcollations
    case coldefexpr
    case coldefexprs
    case coldeflist
    case colexpr
    case colexprs
    case collClause
    case collOid
    case collation
    case collname
    case colname
    case colnames
    case colno
    case cols
    case coltypes
    case coltypmods
    case columns
    case commandType
    case comment
    case compression
    case concurrent
    case condition
    case conditionname
    case conname
    case conninfo
    case constraint
    case constraintDeps
    case constraints
    case constrrel
    case content
    case context
    case contype
    case conversionName
    case convertformat
    case cookedDefault
    case cookedExpr
    case copiedOrder
    case cteList
    case ctecolcollations
    case ctecolnames
    case ctecoltypes
    case ctecoltypmods
    case ctelevelsup
    case ctematerialized
    case ctename
    case ctequery
    case cterecursive
    case cterefcount
    case ctes
    case cursorName
    case cursorParam
    case cvarno
    case cycleClause
    case cycleColList
    case cycleMarkCollation
    case cycleMarkColumn
    case cycleMarkDefault
    case cycleMarkNeop
    case cycleMarkType
    case cycleMarkTypmod
    case cycleMarkValue
    case cyclePathColumn
    case database
    case datatype
    case dbname
    case def
    case defaction
    case deferrable
    case deferred
    case defexpr
    case definition
    case defname
    case defnames
    case defnamespace
    case defresult
    case dictname
    case dicts
    case direction
    case distinctClause
    case docexpr
    case domainname
    case elementTypeid
    case elements
    case elemexpr
    case endInRangeFunc
    case endOffset
    case enrname
    case enrtuples
    case eqop
    case eref
    case event
    case eventname
    case events
    case exclRelIndex
    case exclRelTlist
    case excludeOpNames
    case exclusions
    case expr
    case exprs
    case extname
    case extraUpdatedCols
    case fdwname
    case fdwoptions
    case fieldnum
    case fieldnums
    case fields
    case filename
    case firstColCollation
    case firstColType
    case firstColTypmod
    case fkAttrs
    case fkDelAction
    case fkDelSetCols
    case fkMatchtype
    case fkUpdAction
    case forAllTables
    case forEncodingName
    case forIdentity
    case forOrdinality
    case frameOptions
    case fromClause
    case fromlist
    case fromsql
    case `func`
    case funcName
    case funcOptions
    case funcVariadic
    case funccall
    case funccolcollations
    case funccolcount
    case funccollid
    case funccolnames
    case funccoltypes
    case funccoltypmods
    case funcexpr
    case funcformat
    case funcid
    case funcname
    case funcordinality
    case funcparams
    case funcresulttype
    case funcretset
    case functions
    case funcvariadic
    case fval
    case generated
    case generatedWhen
    case gid
    case grantOption
    case grantedRoles
    case granteeRoles
    case grantees
    case grantor
    case groupClause
    case groupClauses
    case groupDistinct
    case groupingSets
    case handlerName
    case hasAggs
    case hasDistinctOn
    case hasForUpdate
    case hasModifyingCTE
    case hasRecursive
    case hasRowSecurity
    case hasSubLinks
    case hasTargetSRFs
    case hasVersion
    case hasWindowFuncs
    case hashable
    case hashfuncid
    case havingClause
    case havingQual
    case howMany
    case identity
    case identitySequence
    case identityType
    case idxcomment
    case idxname
    case ifNotExists
    case inFromCl
    case inRangeAsc
    case inRangeColl
    case inRangeNullsFirst
    case including
    case indexElems
    case indexIncludingParams
    case indexOid
    case indexParams
    case indexcolname
    case indexname
    case indexspace
    case indirection
    case infer
    case infercollid
    case inferopclass
    case inh
    case inhRelations
    case inhcount
    case initdeferred
    case initiallyValid
    case `inout`
    case inputcollid
    case inputcollids
    case insertedCols
    case instead
    case into
    case intoClause
    case isDefault
    case isDrop
    case isFrom
    case isFromType
    case isGrant
    case isLocal
    case isNatural
    case isNew
    case isNoInherit
    case isNotNull
    case isProcedure
    case isProgram
    case isReset
    case isReturn
    case isRowsfrom
    case isSelectInto
    case isSlice
    case isTable
    case isVacuumcmd
    case isconstraint
    case ismove
    case isnull
    case items
    case itemtype
    case ival
    case joinCondition
    case joinUsingAlias
    case joinaliasvars
    case joinleftcols
    case joinmergedcols
    case joinrightcols
    case jointree
    case jointype
    case keys
    case kind
    case label
    case lang
    case langIsTrusted
    case langOid
    case larg
    case largs
    case lateral
    case lexpr
    case lidx
    case limitCount
    case limitOffset
    case limitOption
    case listType
    case listdatums
    case localSchema
    case location
    case lockedRels
    case lockingClause
    case lowerdatums
    case matched
    case mergeActionList
    case mergeUseOuterJoin
    case mergeWhenClauses
    case method
    case minmaxcollid
    case minmaxtype
    case missingOk
    case mode
    case modulus
    case multidims
    case name
    case namedArgs
    case names
    case namespaces
    case ncolumns
    case negfuncid
    case newTablespacename
    case newVal
    case newValIsAfter
    case newValNeighbor
    case newname
    case newowner
    case newrole
    case newschema
    case newvals
    case nnames
    case node
    case notnulls
    case nowait
    case nsNames
    case nsUris
    case nullsFirst
    case nullsNotDistinct
    case nullsOrdering
    case nulltesttype
    case num
    case number
    case objargs
    case object
    case objectType
    case objects
    case objfuncargs
    case objname
    case objtype
    case ofTypename
    case oid
    case oldConpfeqop
    case oldCreateSubid
    case oldFirstRelfilenodeSubid
    case oldNode
    case oldPktableOid
    case oldVal
    case oldstyle
    case onCommit
    case onConflict
    case onConflictClause
    case onConflictSet
    case onConflictWhere
    case oncommit
    case op
    case opclass
    case opclassname
    case opclassopts
    case opcollid
    case operName
    case opername
    case opfamilies
    case opfamilyname
    case opfuncid
    case opno
    case opnos
    case opresulttype
    case opretset
    case options
    case orderClause
    case orderFamily
    case ordering
    case ordinality
    case ordinalitycol
    case origTablespacename
    case outargs
    case over
    case override
    case owner
    case ownerId
    case parParam
    case parallelSafe
    case paramIds
    case paramcollid
    case parameters
    case paramid
    case paramkind
    case params
    case paramtype
    case paramtypmod
    case partParams
    case partbound
    case partitionClause
    case partspec
    case payload
    case pctType
    case perCallCost
    case permissive
    case pkAttrs
    case pktable
    case planId
    case planName
    case plhandler
    case plinline
    case plname
    case pltrusted
    case plvalidator
    case policyName
    case polname
    case portalname
    case primary
    case privName
    case privileges
    case provider
    case publication
    case pubname
    case pubobjects
    case pubobjtype
    case pubtable
    case pushedDown
    case qual
    case quals
    case query
    case querySource
    case rarg
    case rargs
    case rawDefault
    case rawExpr
    case rctype
    case recurse
    case recursive
    case refassgnexpr
    case refcollid
    case refcontainertype
    case refelemtype
    case refexpr
    case reflowerindexpr
    case refname
    case refrestype
    case refs
    case reftypmod
    case refupperindexpr
    case rel
    case relabelformat
    case relation
    case relationOid
    case relationType
    case relations
    case relid
    case relkind
    case rellockmode
    case relname
    case relpersistence
    case rels
    case remainder
    case remoteSchema
    case remove
    case removeType
    case renameType
    case repeatable
    case replace
    case requiredPerms
    case resetDefaultTblspc
    case resjunk
    case resname
    case resno
    case resorigcol
    case resorigtbl
    case ressortgroupref
    case restartSeqs
    case result
    case resultRelation
    case resultcollid
    case resulttype
    case resulttypmod
    case returnType
    case returningList
    case returnval
    case rexpr
    case role
    case rolename
    case roles
    case roletype
    case row
    case rowFormat
    case rowMarks
    case rowTypeid
    case rowexpr
    case rtable
    case rtekind
    case rti
    case rtindex
    case rulename
    case runCondition
    case savepointName
    case schemaElts
    case schemaname
    case searchBreadthFirst
    case searchClause
    case searchColList
    case searchSeqColumn
    case securityBarrier
    case securityQuals
    case selectStmt
    case selectedCols
    case selfReference
    case seqid
    case sequence
    case serverName
    case servername
    case servertype
    case setOperations
    case setParam
    case setof
    case setstmt
    case skipData
    case skipIfNewValExists
    case skipValidation
    case sortClause
    case sortbyDir
    case sortbyNulls
    case sortop
    case source
    case sourceRelation
    case sourceText
    case sourcetype
    case sqlBody
    case startInRangeFunc
    case startOffset
    case startupCost
    case statTypes
    case stmt
    case stmtLen
    case stmtLocation
    case stmtType
    case stmts
    case storage
    case storedtype
    case strategy
    case strength
    case stxcomment
    case stxstattarget
    case subLinkId
    case subLinkType
    case subname
    case subplans
    case subquery
    case subselect
    case subtype
    case sval
    case table
    case tableElts
    case tableList
    case tableSpace
    case tableSpaceName
    case tablefunc
    case tablesample
    case tablespacename
    case target
    case targetList
    case targettype
    case targtype
    case testexpr
    case tgenabled
    case timing
    case tleSortGroupRef
    case toEncodingName
    case tokentype
    case tosql
    case transformed
    case transitionRels
    case trigname
    case tsmhandler
    case type
    case typeId
    case typeMod
    case typeName
    case typeOid
    case typemod
    case typevar
    case typmod
    case typmods
    case uidx
    case unique
    case unknownEqFalse
    case updateColnos
    case updatedCols
    case upperdatums
    case useHashTable
    case useOp
    case useOr
    case user
    case usingClause
    case utilityStmt
    case vaCols
    case val
    case vals
    case value
    case values
    case valuesLists
    case varattno
    case varattnosyn
    case varcollid
    case varlevelsup
    case varno
    case varnosyn
    case vartype
    case vartypmod
    case version
    case view
    case viewQuery
    case waitPolicy
    case whenClause
    case whenclause
    case whereClause
    case winagg
    case wincollid
    case windowClause
    case winfnoid
    case winref
    case winstar
    case wintype
    case withCheck
    case withCheckOption
    case withCheckOptions
    case withClause
    case xmloption
    case xpr
}

enum ExpressionKind: Int {
    case op = 1
    case opAny = 2
    case opAll = 3
    case distinct = 4
    case notDistinct = 5
    case nullif = 6
    case `in` = 7
    case like = 8
    case ilike = 9
    case similar = 10
    case between = 11
    case notBetween = 12
    case betweenSym = 13
    case notBetweenSym = 14
}

enum SetOperation: Int {
    case none = 1
    case union = 2
    case intersect = 3
    case except = 4
}

enum ObjectType: Int {
    case accessMethod = 1
    case aggregate = 2
    case amop = 3
    case amproc = 4
    case attribute = 5
    case cast = 6
    case column = 7
    case collation = 8
    case conversion = 9
    case database = 10
    case `default` = 11
    case defacl = 12
    case domain = 13
    case domconstraint = 14
    case eventTrigger = 15
    case `extension` = 16
    case fdw = 17
    case foreignServer = 18
    case foreignTable = 19
    case function = 20
    case index = 21
    case language = 22
    case largeobject = 23
    case matview = 24
    case opclass = 25
    case `operator` = 26
    case opfamily = 27
    case parameterAcl = 28
    case policy = 29
    case procedure = 30
    case publication = 31
    case publicationNamespace = 32
    case publicationRel = 33
    case role = 34
    case routine = 35
    case rule = 36
    case schema = 37
    case sequence = 38
    case subscription = 39
    case statisticExt = 40
    case tabconstraint = 41
    case table = 42
    case tablespace = 43
    case transform = 44
    case trigger = 45
    case tsconfiguration = 46
    case tsdictionary = 47
    case tsparser = 48
    case tstemplate = 49
    case type = 50
    case userMapping = 51
    case view = 52
}

enum AlterTableType: Int {
    case addcolumn = 1
    case addcolumnrecurse = 2
    case addcolumntoview = 3
    case columndefault = 4
    case cookedcolumndefault = 5
    case dropnotnull = 6
    case setnotnull = 7
    case dropexpression = 8
    case checknotnull = 9
    case setstatistics = 10
    case setoptions = 11
    case resetoptions = 12
    case setstorage = 13
    case setcompression = 14
    case dropcolumn = 15
    case dropcolumnrecurse = 16
    case addindex = 17
    case readdindex = 18
    case addconstraint = 19
    case addconstraintrecurse = 20
    case readdconstraint = 21
    case readddomainconstraint = 22
    case alterconstraint = 23
    case validateconstraint = 24
    case validateconstraintrecurse = 25
    case addindexconstraint = 26
    case dropconstraint = 27
    case dropconstraintrecurse = 28
    case readdcomment = 29
    case altercolumntype = 30
    case altercolumngenericoptions = 31
    case changeowner = 32
    case clusteron = 33
    case dropcluster = 34
    case setlogged = 35
    case setunlogged = 36
    case dropoids = 37
    case setaccessmethod = 38
    case settablespace = 39
    case setreloptions = 40
    case resetreloptions = 41
    case replacereloptions = 42
    case enabletrig = 43
    case enablealwaystrig = 44
    case enablereplicatrig = 45
    case disabletrig = 46
    case enabletrigall = 47
    case disabletrigall = 48
    case enabletriguser = 49
    case disabletriguser = 50
    case enablerule = 51
    case enablealwaysrule = 52
    case enablereplicarule = 53
    case disablerule = 54
    case addinherit = 55
    case dropinherit = 56
    case addof = 57
    case dropof = 58
    case replicaidentity = 59
    case enablerowsecurity = 60
    case disablerowsecurity = 61
    case forcerowsecurity = 62
    case noforcerowsecurity = 63
    case genericoptions = 64
    case attachpartition = 65
    case detachpartition = 66
    case detachpartitionfinalize = 67
    case addidentity = 68
    case setidentity = 69
    case dropidentity = 70
    case readdstatistics = 71
}

enum VariableSetKind: Int {
    case setValue = 1
    case setDefault = 2
    case setCurrent = 3
    case setMulti = 4
    case reset = 5
    case resetAll = 6
}

enum TransactionStmtKind: Int {
    case begin = 1
    case start = 2
    case commit = 3
    case rollback = 4
    case savepoint = 5
    case release = 6
    case rollbackTo = 7
    case prepare = 8
    case commitPrepared = 9
    case rollbackPrepared = 10
}

enum DiscardMode: Int {
    case all = 1
    case plans = 2
    case sequences = 3
    case temp = 4
}

enum BoolExprType: Int {
    case andExpr = 1
    case orExpr = 2
    case notExpr = 3
}

enum SubLinkType: Int {
    case existsSublink = 1
    case allSublink = 2
    case anySublink = 3
    case rowcompareSublink = 4
    case exprSublink = 5
    case multiexprSublink = 6
    case arraySublink = 7
    case cteSublink = 8
}

enum SQLValueFunctionOp: Int {
    case currentDate = 1
    case currentTime = 2
    case currentTimeN = 3
    case currentTimestamp = 4
    case currentTimestampN = 5
    case localtime = 6
    case localtimeN = 7
    case localtimestamp = 8
    case localtimestampN = 9
    case currentRole = 10
    case currentUser = 11
    case user = 12
    case sessionUser = 13
    case currentCatalog = 14
    case currentSchema = 15
}

enum CmdType: Int {
    case unknown = 1
    case select = 2
    case update = 3
    case insert = 4
    case delete = 5
    case merge = 6
    case utility = 7
    case nothing = 8
}

enum OnConflictAction: Int {
    case none = 1
    case nothing = 2
    case update = 3
}

enum LimitOption: Int {
    case `default` = 1
    case count = 2
    case withTies = 3
}

enum FunctionParameterMode: Int {
    case `in` = 1
    case out = 2
    case `inout` = 3
    case variadic = 4
    case table = 5
    case `default` = 6
}

enum ConstrType: Int {
    case null = 1
    case notnull = 2
    case `default` = 3
    case identity = 4
    case generated = 5
    case check = 6
    case primary = 7
    case unique = 8
    case exclusion = 9
    case foreign = 10
    case attrDeferrable = 11
    case attrNotDeferrable = 12
    case attrDeferred = 13
    case attrImmediate = 14
}

enum XmlExprOp: Int {
    case xmlconcat = 1
    case xmlelement = 2
    case xmlforest = 3
    case xmlparse = 4
    case xmlpi = 5
    case xmlroot = 6
    case xmlserialize = 7
    case document = 8
}

enum JoinType: Int {
    case inner = 1
    case left = 2
    case full = 3
    case right = 4
    case semi = 5
    case anti = 6
    case uniqueOuter = 7
    case uniqueInner = 8
}

enum GrantTargetType: Int {
    case object = 1
    case allInSchema = 2
    case defaults = 3
}

enum RoleSpecType: Int {
    case cstring = 1
    case currentRole = 2
    case currentUser = 3
    case sessionUser = 4
    case `public` = 5
}

enum DropBehavior: Int {
    case restrict = 1
    case cascade = 2
}

enum MinMaxOp: Int {
    case greatest = 1
    case least = 2
}

extension ParseTreeSchema {
    /// A line per message: its name, then its fields as number:name:type. Types: s text, i number, f float, N any node,
    /// m followed by a message's name; r before a type: repeated.
    static let text = """
        ParseResult 1:version:i 2:stmts:rmRawStmt
        Node 1:Alias 2:RangeVar 3:TableFunc 4:Var 5:Param 6:Aggref 7:GroupingFunc 8:WindowFunc 9:SubscriptingRef 10:FuncExpr 11:NamedArgExpr 12:OpExpr 13:DistinctExpr 14:NullIfExpr 15:ScalarArrayOpExpr 16:BoolExpr 17:SubLink 18:SubPlan 19:AlternativeSubPlan 20:FieldSelect 21:FieldStore 22:RelabelType 23:CoerceViaIO 24:ArrayCoerceExpr 25:ConvertRowtypeExpr 26:CollateExpr 27:CaseExpr 28:CaseWhen 29:CaseTestExpr 30:ArrayExpr 31:RowExpr 32:RowCompareExpr 33:CoalesceExpr 34:MinMaxExpr 35:SQLValueFunction 36:XmlExpr 37:NullTest 38:BooleanTest 39:CoerceToDomain 40:CoerceToDomainValue 41:SetToDefault 42:CurrentOfExpr 43:NextValueExpr 44:InferenceElem 45:TargetEntry 46:RangeTblRef 47:JoinExpr 48:FromExpr 49:OnConflictExpr 50:IntoClause 51:MergeAction 52:RawStmt 53:Query 54:InsertStmt 55:DeleteStmt 56:UpdateStmt 57:MergeStmt 58:SelectStmt 59:ReturnStmt 60:PLAssignStmt 61:AlterTableStmt 62:AlterTableCmd 63:AlterDomainStmt 64:SetOperationStmt 65:GrantStmt 66:GrantRoleStmt 67:AlterDefaultPrivilegesStmt 68:ClosePortalStmt 69:ClusterStmt 70:CopyStmt 71:CreateStmt 72:DefineStmt 73:DropStmt 74:TruncateStmt 75:CommentStmt 76:FetchStmt 77:IndexStmt 78:CreateFunctionStmt 79:AlterFunctionStmt 80:DoStmt 81:RenameStmt 82:RuleStmt 83:NotifyStmt 84:ListenStmt 85:UnlistenStmt 86:TransactionStmt 87:ViewStmt 88:LoadStmt 89:CreateDomainStmt 90:CreatedbStmt 91:DropdbStmt 92:VacuumStmt 93:ExplainStmt 94:CreateTableAsStmt 95:CreateSeqStmt 96:AlterSeqStmt 97:VariableSetStmt 98:VariableShowStmt 99:DiscardStmt 100:CreateTrigStmt 101:CreatePLangStmt 102:CreateRoleStmt 103:AlterRoleStmt 104:DropRoleStmt 105:LockStmt 106:ConstraintsSetStmt 107:ReindexStmt 108:CheckPointStmt 109:CreateSchemaStmt 110:AlterDatabaseStmt 111:AlterDatabaseRefreshCollStmt 112:AlterDatabaseSetStmt 113:AlterRoleSetStmt 114:CreateConversionStmt 115:CreateCastStmt 116:CreateOpClassStmt 117:CreateOpFamilyStmt 118:AlterOpFamilyStmt 119:PrepareStmt 120:ExecuteStmt 121:DeallocateStmt 122:DeclareCursorStmt 123:CreateTableSpaceStmt 124:DropTableSpaceStmt 125:AlterObjectDependsStmt 126:AlterObjectSchemaStmt 127:AlterOwnerStmt 128:AlterOperatorStmt 129:AlterTypeStmt 130:DropOwnedStmt 131:ReassignOwnedStmt 132:CompositeTypeStmt 133:CreateEnumStmt 134:CreateRangeStmt 135:AlterEnumStmt 136:AlterTSDictionaryStmt 137:AlterTSConfigurationStmt 138:CreateFdwStmt 139:AlterFdwStmt 140:CreateForeignServerStmt 141:AlterForeignServerStmt 142:CreateUserMappingStmt 143:AlterUserMappingStmt 144:DropUserMappingStmt 145:AlterTableSpaceOptionsStmt 146:AlterTableMoveAllStmt 147:SecLabelStmt 148:CreateForeignTableStmt 149:ImportForeignSchemaStmt 150:CreateExtensionStmt 151:AlterExtensionStmt 152:AlterExtensionContentsStmt 153:CreateEventTrigStmt 154:AlterEventTrigStmt 155:RefreshMatViewStmt 156:ReplicaIdentityStmt 157:AlterSystemStmt 158:CreatePolicyStmt 159:AlterPolicyStmt 160:CreateTransformStmt 161:CreateAmStmt 162:CreatePublicationStmt 163:AlterPublicationStmt 164:CreateSubscriptionStmt 165:AlterSubscriptionStmt 166:DropSubscriptionStmt 167:CreateStatsStmt 168:AlterCollationStmt 169:CallStmt 170:AlterStatsStmt 171:A_Expr 172:ColumnRef 173:ParamRef 174:FuncCall 175:A_Star 176:A_Indices 177:A_Indirection 178:A_ArrayExpr 179:ResTarget 180:MultiAssignRef 181:TypeCast 182:CollateClause 183:SortBy 184:WindowDef 185:RangeSubselect 186:RangeFunction 187:RangeTableSample 188:RangeTableFunc 189:RangeTableFuncCol 190:TypeName 191:ColumnDef 192:IndexElem 193:StatsElem 194:Constraint 195:DefElem 196:RangeTblEntry 197:RangeTblFunction 198:TableSampleClause 199:WithCheckOption 200:SortGroupClause 201:GroupingSet 202:WindowClause 203:ObjectWithArgs 204:AccessPriv 205:CreateOpClassItem 206:TableLikeClause 207:FunctionParameter 208:LockingClause 209:RowMarkClause 210:XmlSerialize 211:WithClause 212:InferClause 213:OnConflictClause 214:CTESearchClause 215:CTECycleClause 216:CommonTableExpr 217:MergeWhenClause 218:RoleSpec 219:TriggerTransition 220:PartitionElem 221:PartitionSpec 222:PartitionBoundSpec 223:PartitionRangeDatum 224:PartitionCmd 225:VacuumRelation 226:PublicationObjSpec 227:PublicationTable 228:InlineCodeBlock 229:CallContext 230:Integer 231:Float 232:Boolean 233:String 234:BitString 235:List 236:IntList 237:OidList 238:A_Const
        Integer 1:ival:i
        Float 1:fval:s
        Boolean 1:boolval:i
        String 1:sval:s
        BitString 1:bsval:s
        List 1:items:rN
        OidList 1:items:rN
        IntList 1:items:rN
        A_Const 1:ival:mInteger 2:fval:mFloat 3:boolval:mBoolean 4:sval:mString 5:bsval:mBitString 10:isnull:i 11:location:i
        Alias 1:aliasname:s 2:colnames:rN
        RangeVar 1:catalogname:s 2:schemaname:s 3:relname:s 4:inh:i 5:relpersistence:s 6:alias:mAlias 7:location:i
        TableFunc 1:nsUris:rN 2:nsNames:rN 3:docexpr:N 4:rowexpr:N 5:colnames:rN 6:coltypes:rN 7:coltypmods:rN 8:colcollations:rN 9:colexprs:rN 10:coldefexprs:rN 11:notnulls:ri 12:ordinalitycol:i 13:location:i
        Var 1:xpr:N 2:varno:i 3:varattno:i 4:vartype:i 5:vartypmod:i 6:varcollid:i 7:varlevelsup:i 8:varnosyn:i 9:varattnosyn:i 10:location:i
        Param 1:xpr:N 2:paramkind:i 3:paramid:i 4:paramtype:i 5:paramtypmod:i 6:paramcollid:i 7:location:i
        Aggref 1:xpr:N 2:aggfnoid:i 3:aggtype:i 4:aggcollid:i 5:inputcollid:i 6:aggtranstype:i 7:aggargtypes:rN 8:aggdirectargs:rN 9:args:rN 10:aggorder:rN 11:aggdistinct:rN 12:aggfilter:N 13:aggstar:i 14:aggvariadic:i 15:aggkind:s 16:agglevelsup:i 17:aggsplit:i 18:aggno:i 19:aggtransno:i 20:location:i
        GroupingFunc 1:xpr:N 2:args:rN 3:refs:rN 4:cols:rN 5:agglevelsup:i 6:location:i
        WindowFunc 1:xpr:N 2:winfnoid:i 3:wintype:i 4:wincollid:i 5:inputcollid:i 6:args:rN 7:aggfilter:N 8:winref:i 9:winstar:i 10:winagg:i 11:location:i
        SubscriptingRef 1:xpr:N 2:refcontainertype:i 3:refelemtype:i 4:refrestype:i 5:reftypmod:i 6:refcollid:i 7:refupperindexpr:rN 8:reflowerindexpr:rN 9:refexpr:N 10:refassgnexpr:N
        FuncExpr 1:xpr:N 2:funcid:i 3:funcresulttype:i 4:funcretset:i 5:funcvariadic:i 6:funcformat:i 7:funccollid:i 8:inputcollid:i 9:args:rN 10:location:i
        NamedArgExpr 1:xpr:N 2:arg:N 3:name:s 4:argnumber:i 5:location:i
        OpExpr 1:xpr:N 2:opno:i 3:opfuncid:i 4:opresulttype:i 5:opretset:i 6:opcollid:i 7:inputcollid:i 8:args:rN 9:location:i
        DistinctExpr 1:xpr:N 2:opno:i 3:opfuncid:i 4:opresulttype:i 5:opretset:i 6:opcollid:i 7:inputcollid:i 8:args:rN 9:location:i
        NullIfExpr 1:xpr:N 2:opno:i 3:opfuncid:i 4:opresulttype:i 5:opretset:i 6:opcollid:i 7:inputcollid:i 8:args:rN 9:location:i
        ScalarArrayOpExpr 1:xpr:N 2:opno:i 3:opfuncid:i 4:hashfuncid:i 5:negfuncid:i 6:useOr:i 7:inputcollid:i 8:args:rN 9:location:i
        BoolExpr 1:xpr:N 2:boolop:i 3:args:rN 4:location:i
        SubLink 1:xpr:N 2:subLinkType:i 3:subLinkId:i 4:testexpr:N 5:operName:rN 6:subselect:N 7:location:i
        SubPlan 1:xpr:N 2:subLinkType:i 3:testexpr:N 4:paramIds:rN 5:planId:i 6:planName:s 7:firstColType:i 8:firstColTypmod:i 9:firstColCollation:i 10:useHashTable:i 11:unknownEqFalse:i 12:parallelSafe:i 13:setParam:rN 14:parParam:rN 15:args:rN 16:startupCost:f 17:perCallCost:f
        AlternativeSubPlan 1:xpr:N 2:subplans:rN
        FieldSelect 1:xpr:N 2:arg:N 3:fieldnum:i 4:resulttype:i 5:resulttypmod:i 6:resultcollid:i
        FieldStore 1:xpr:N 2:arg:N 3:newvals:rN 4:fieldnums:rN 5:resulttype:i
        RelabelType 1:xpr:N 2:arg:N 3:resulttype:i 4:resulttypmod:i 5:resultcollid:i 6:relabelformat:i 7:location:i
        CoerceViaIO 1:xpr:N 2:arg:N 3:resulttype:i 4:resultcollid:i 5:coerceformat:i 6:location:i
        ArrayCoerceExpr 1:xpr:N 2:arg:N 3:elemexpr:N 4:resulttype:i 5:resulttypmod:i 6:resultcollid:i 7:coerceformat:i 8:location:i
        ConvertRowtypeExpr 1:xpr:N 2:arg:N 3:resulttype:i 4:convertformat:i 5:location:i
        CollateExpr 1:xpr:N 2:arg:N 3:collOid:i 4:location:i
        CaseExpr 1:xpr:N 2:casetype:i 3:casecollid:i 4:arg:N 5:args:rN 6:defresult:N 7:location:i
        CaseWhen 1:xpr:N 2:expr:N 3:result:N 4:location:i
        CaseTestExpr 1:xpr:N 2:typeId:i 3:typeMod:i 4:collation:i
        ArrayExpr 1:xpr:N 2:arrayTypeid:i 3:arrayCollid:i 4:elementTypeid:i 5:elements:rN 6:multidims:i 7:location:i
        RowExpr 1:xpr:N 2:args:rN 3:rowTypeid:i 4:rowFormat:i 5:colnames:rN 6:location:i
        RowCompareExpr 1:xpr:N 2:rctype:i 3:opnos:rN 4:opfamilies:rN 5:inputcollids:rN 6:largs:rN 7:rargs:rN
        CoalesceExpr 1:xpr:N 2:coalescetype:i 3:coalescecollid:i 4:args:rN 5:location:i
        MinMaxExpr 1:xpr:N 2:minmaxtype:i 3:minmaxcollid:i 4:inputcollid:i 5:op:i 6:args:rN 7:location:i
        SQLValueFunction 1:xpr:N 2:op:i 3:type:i 4:typmod:i 5:location:i
        XmlExpr 1:xpr:N 2:op:i 3:name:s 4:namedArgs:rN 5:argNames:rN 6:args:rN 7:xmloption:i 8:type:i 9:typmod:i 10:location:i
        NullTest 1:xpr:N 2:arg:N 3:nulltesttype:i 4:argisrow:i 5:location:i
        BooleanTest 1:xpr:N 2:arg:N 3:booltesttype:i 4:location:i
        CoerceToDomain 1:xpr:N 2:arg:N 3:resulttype:i 4:resulttypmod:i 5:resultcollid:i 6:coercionformat:i 7:location:i
        CoerceToDomainValue 1:xpr:N 2:typeId:i 3:typeMod:i 4:collation:i 5:location:i
        SetToDefault 1:xpr:N 2:typeId:i 3:typeMod:i 4:collation:i 5:location:i
        CurrentOfExpr 1:xpr:N 2:cvarno:i 3:cursorName:s 4:cursorParam:i
        NextValueExpr 1:xpr:N 2:seqid:i 3:typeId:i
        InferenceElem 1:xpr:N 2:expr:N 3:infercollid:i 4:inferopclass:i
        TargetEntry 1:xpr:N 2:expr:N 3:resno:i 4:resname:s 5:ressortgroupref:i 6:resorigtbl:i 7:resorigcol:i 8:resjunk:i
        RangeTblRef 1:rtindex:i
        JoinExpr 1:jointype:i 2:isNatural:i 3:larg:N 4:rarg:N 5:usingClause:rN 6:joinUsingAlias:mAlias 7:quals:N 8:alias:mAlias 9:rtindex:i
        FromExpr 1:fromlist:rN 2:quals:N
        OnConflictExpr 1:action:i 2:arbiterElems:rN 3:arbiterWhere:N 4:constraint:i 5:onConflictSet:rN 6:onConflictWhere:N 7:exclRelIndex:i 8:exclRelTlist:rN
        IntoClause 1:rel:mRangeVar 2:colNames:rN 3:accessMethod:s 4:options:rN 5:onCommit:i 6:tableSpaceName:s 7:viewQuery:N 8:skipData:i
        MergeAction 1:matched:i 2:commandType:i 3:override:i 4:qual:N 5:targetList:rN 6:updateColnos:rN
        RawStmt 1:stmt:N 2:stmtLocation:i 3:stmtLen:i
        Query 1:commandType:i 2:querySource:i 3:canSetTag:i 4:utilityStmt:N 5:resultRelation:i 6:hasAggs:i 7:hasWindowFuncs:i 8:hasTargetSRFs:i 9:hasSubLinks:i 10:hasDistinctOn:i 11:hasRecursive:i 12:hasModifyingCTE:i 13:hasForUpdate:i 14:hasRowSecurity:i 15:isReturn:i 16:cteList:rN 17:rtable:rN 18:jointree:mFromExpr 19:mergeActionList:rN 20:mergeUseOuterJoin:i 21:targetList:rN 22:override:i 23:onConflict:mOnConflictExpr 24:returningList:rN 25:groupClause:rN 26:groupDistinct:i 27:groupingSets:rN 28:havingQual:N 29:windowClause:rN 30:distinctClause:rN 31:sortClause:rN 32:limitOffset:N 33:limitCount:N 34:limitOption:i 35:rowMarks:rN 36:setOperations:N 37:constraintDeps:rN 38:withCheckOptions:rN 39:stmtLocation:i 40:stmtLen:i
        InsertStmt 1:relation:mRangeVar 2:cols:rN 3:selectStmt:N 4:onConflictClause:mOnConflictClause 5:returningList:rN 6:withClause:mWithClause 7:override:i
        DeleteStmt 1:relation:mRangeVar 2:usingClause:rN 3:whereClause:N 4:returningList:rN 5:withClause:mWithClause
        UpdateStmt 1:relation:mRangeVar 2:targetList:rN 3:whereClause:N 4:fromClause:rN 5:returningList:rN 6:withClause:mWithClause
        MergeStmt 1:relation:mRangeVar 2:sourceRelation:N 3:joinCondition:N 4:mergeWhenClauses:rN 5:withClause:mWithClause
        SelectStmt 1:distinctClause:rN 2:intoClause:mIntoClause 3:targetList:rN 4:fromClause:rN 5:whereClause:N 6:groupClause:rN 7:groupDistinct:i 8:havingClause:N 9:windowClause:rN 10:valuesLists:rN 11:sortClause:rN 12:limitOffset:N 13:limitCount:N 14:limitOption:i 15:lockingClause:rN 16:withClause:mWithClause 17:op:i 18:all:i 19:larg:mSelectStmt 20:rarg:mSelectStmt
        ReturnStmt 1:returnval:N
        PLAssignStmt 1:name:s 2:indirection:rN 3:nnames:i 4:val:mSelectStmt 5:location:i
        AlterTableStmt 1:relation:mRangeVar 2:cmds:rN 3:objtype:i 4:missingOk:i
        AlterTableCmd 1:subtype:i 2:name:s 3:num:i 4:newowner:mRoleSpec 5:def:N 6:behavior:i 7:missingOk:i 8:recurse:i
        AlterDomainStmt 1:subtype:s 2:typeName:rN 3:name:s 4:def:N 5:behavior:i 6:missingOk:i
        SetOperationStmt 1:op:i 2:all:i 3:larg:N 4:rarg:N 5:colTypes:rN 6:colTypmods:rN 7:colCollations:rN 8:groupClauses:rN
        GrantStmt 1:isGrant:i 2:targtype:i 3:objtype:i 4:objects:rN 5:privileges:rN 6:grantees:rN 7:grantOption:i 8:grantor:mRoleSpec 9:behavior:i
        GrantRoleStmt 1:grantedRoles:rN 2:granteeRoles:rN 3:isGrant:i 4:adminOpt:i 5:grantor:mRoleSpec 6:behavior:i
        AlterDefaultPrivilegesStmt 1:options:rN 2:action:mGrantStmt
        ClosePortalStmt 1:portalname:s
        ClusterStmt 1:relation:mRangeVar 2:indexname:s 3:params:rN
        CopyStmt 1:relation:mRangeVar 2:query:N 3:attlist:rN 4:isFrom:i 5:isProgram:i 6:filename:s 7:options:rN 8:whereClause:N
        CreateStmt 1:relation:mRangeVar 2:tableElts:rN 3:inhRelations:rN 4:partbound:mPartitionBoundSpec 5:partspec:mPartitionSpec 6:ofTypename:mTypeName 7:constraints:rN 8:options:rN 9:oncommit:i 10:tablespacename:s 11:accessMethod:s 12:ifNotExists:i
        DefineStmt 1:kind:i 2:oldstyle:i 3:defnames:rN 4:args:rN 5:definition:rN 6:ifNotExists:i 7:replace:i
        DropStmt 1:objects:rN 2:removeType:i 3:behavior:i 4:missingOk:i 5:concurrent:i
        TruncateStmt 1:relations:rN 2:restartSeqs:i 3:behavior:i
        CommentStmt 1:objtype:i 2:object:N 3:comment:s
        FetchStmt 1:direction:i 2:howMany:i 3:portalname:s 4:ismove:i
        IndexStmt 1:idxname:s 2:relation:mRangeVar 3:accessMethod:s 4:tableSpace:s 5:indexParams:rN 6:indexIncludingParams:rN 7:options:rN 8:whereClause:N 9:excludeOpNames:rN 10:idxcomment:s 11:indexOid:i 12:oldNode:i 13:oldCreateSubid:i 14:oldFirstRelfilenodeSubid:i 15:unique:i 16:nullsNotDistinct:i 17:primary:i 18:isconstraint:i 19:deferrable:i 20:initdeferred:i 21:transformed:i 22:concurrent:i 23:ifNotExists:i 24:resetDefaultTblspc:i
        CreateFunctionStmt 1:isProcedure:i 2:replace:i 3:funcname:rN 4:parameters:rN 5:returnType:mTypeName 6:options:rN 7:sqlBody:N
        AlterFunctionStmt 1:objtype:i 2:func:mObjectWithArgs 3:actions:rN
        DoStmt 1:args:rN
        RenameStmt 1:renameType:i 2:relationType:i 3:relation:mRangeVar 4:object:N 5:subname:s 6:newname:s 7:behavior:i 8:missingOk:i
        RuleStmt 1:relation:mRangeVar 2:rulename:s 3:whereClause:N 4:event:i 5:instead:i 6:actions:rN 7:replace:i
        NotifyStmt 1:conditionname:s 2:payload:s
        ListenStmt 1:conditionname:s
        UnlistenStmt 1:conditionname:s
        TransactionStmt 1:kind:i 2:options:rN 3:savepointName:s 4:gid:s 5:chain:i
        ViewStmt 1:view:mRangeVar 2:aliases:rN 3:query:N 4:replace:i 5:options:rN 6:withCheckOption:i
        LoadStmt 1:filename:s
        CreateDomainStmt 1:domainname:rN 2:typeName:mTypeName 3:collClause:mCollateClause 4:constraints:rN
        CreatedbStmt 1:dbname:s 2:options:rN
        DropdbStmt 1:dbname:s 2:missingOk:i 3:options:rN
        VacuumStmt 1:options:rN 2:rels:rN 3:isVacuumcmd:i
        ExplainStmt 1:query:N 2:options:rN
        CreateTableAsStmt 1:query:N 2:into:mIntoClause 3:objtype:i 4:isSelectInto:i 5:ifNotExists:i
        CreateSeqStmt 1:sequence:mRangeVar 2:options:rN 3:ownerId:i 4:forIdentity:i 5:ifNotExists:i
        AlterSeqStmt 1:sequence:mRangeVar 2:options:rN 3:forIdentity:i 4:missingOk:i
        VariableSetStmt 1:kind:i 2:name:s 3:args:rN 4:isLocal:i
        VariableShowStmt 1:name:s
        DiscardStmt 1:target:i
        CreateTrigStmt 1:replace:i 2:isconstraint:i 3:trigname:s 4:relation:mRangeVar 5:funcname:rN 6:args:rN 7:row:i 8:timing:i 9:events:i 10:columns:rN 11:whenClause:N 12:transitionRels:rN 13:deferrable:i 14:initdeferred:i 15:constrrel:mRangeVar
        CreatePLangStmt 1:replace:i 2:plname:s 3:plhandler:rN 4:plinline:rN 5:plvalidator:rN 6:pltrusted:i
        CreateRoleStmt 1:stmtType:i 2:role:s 3:options:rN
        AlterRoleStmt 1:role:mRoleSpec 2:options:rN 3:action:i
        DropRoleStmt 1:roles:rN 2:missingOk:i
        LockStmt 1:relations:rN 2:mode:i 3:nowait:i
        ConstraintsSetStmt 1:constraints:rN 2:deferred:i
        ReindexStmt 1:kind:i 2:relation:mRangeVar 3:name:s 4:params:rN
        CheckPointStmt
        CreateSchemaStmt 1:schemaname:s 2:authrole:mRoleSpec 3:schemaElts:rN 4:ifNotExists:i
        AlterDatabaseStmt 1:dbname:s 2:options:rN
        AlterDatabaseRefreshCollStmt 1:dbname:s
        AlterDatabaseSetStmt 1:dbname:s 2:setstmt:mVariableSetStmt
        AlterRoleSetStmt 1:role:mRoleSpec 2:database:s 3:setstmt:mVariableSetStmt
        CreateConversionStmt 1:conversionName:rN 2:forEncodingName:s 3:toEncodingName:s 4:funcName:rN 5:def:i
        CreateCastStmt 1:sourcetype:mTypeName 2:targettype:mTypeName 3:func:mObjectWithArgs 4:context:i 5:inout:i
        CreateOpClassStmt 1:opclassname:rN 2:opfamilyname:rN 3:amname:s 4:datatype:mTypeName 5:items:rN 6:isDefault:i
        CreateOpFamilyStmt 1:opfamilyname:rN 2:amname:s
        AlterOpFamilyStmt 1:opfamilyname:rN 2:amname:s 3:isDrop:i 4:items:rN
        PrepareStmt 1:name:s 2:argtypes:rN 3:query:N
        ExecuteStmt 1:name:s 2:params:rN
        DeallocateStmt 1:name:s
        DeclareCursorStmt 1:portalname:s 2:options:i 3:query:N
        CreateTableSpaceStmt 1:tablespacename:s 2:owner:mRoleSpec 3:location:s 4:options:rN
        DropTableSpaceStmt 1:tablespacename:s 2:missingOk:i
        AlterObjectDependsStmt 1:objectType:i 2:relation:mRangeVar 3:object:N 4:extname:mString 5:remove:i
        AlterObjectSchemaStmt 1:objectType:i 2:relation:mRangeVar 3:object:N 4:newschema:s 5:missingOk:i
        AlterOwnerStmt 1:objectType:i 2:relation:mRangeVar 3:object:N 4:newowner:mRoleSpec
        AlterOperatorStmt 1:opername:mObjectWithArgs 2:options:rN
        AlterTypeStmt 1:typeName:rN 2:options:rN
        DropOwnedStmt 1:roles:rN 2:behavior:i
        ReassignOwnedStmt 1:roles:rN 2:newrole:mRoleSpec
        CompositeTypeStmt 1:typevar:mRangeVar 2:coldeflist:rN
        CreateEnumStmt 1:typeName:rN 2:vals:rN
        CreateRangeStmt 1:typeName:rN 2:params:rN
        AlterEnumStmt 1:typeName:rN 2:oldVal:s 3:newVal:s 4:newValNeighbor:s 5:newValIsAfter:i 6:skipIfNewValExists:i
        AlterTSDictionaryStmt 1:dictname:rN 2:options:rN
        AlterTSConfigurationStmt 1:kind:i 2:cfgname:rN 3:tokentype:rN 4:dicts:rN 5:override:i 6:replace:i 7:missingOk:i
        CreateFdwStmt 1:fdwname:s 2:funcOptions:rN 3:options:rN
        AlterFdwStmt 1:fdwname:s 2:funcOptions:rN 3:options:rN
        CreateForeignServerStmt 1:servername:s 2:servertype:s 3:version:s 4:fdwname:s 5:ifNotExists:i 6:options:rN
        AlterForeignServerStmt 1:servername:s 2:version:s 3:options:rN 4:hasVersion:i
        CreateUserMappingStmt 1:user:mRoleSpec 2:servername:s 3:ifNotExists:i 4:options:rN
        AlterUserMappingStmt 1:user:mRoleSpec 2:servername:s 3:options:rN
        DropUserMappingStmt 1:user:mRoleSpec 2:servername:s 3:missingOk:i
        AlterTableSpaceOptionsStmt 1:tablespacename:s 2:options:rN 3:isReset:i
        AlterTableMoveAllStmt 1:origTablespacename:s 2:objtype:i 3:roles:rN 4:newTablespacename:s 5:nowait:i
        SecLabelStmt 1:objtype:i 2:object:N 3:provider:s 4:label:s
        CreateForeignTableStmt 1:base:mCreateStmt 2:servername:s 3:options:rN
        ImportForeignSchemaStmt 1:serverName:s 2:remoteSchema:s 3:localSchema:s 4:listType:i 5:tableList:rN 6:options:rN
        CreateExtensionStmt 1:extname:s 2:ifNotExists:i 3:options:rN
        AlterExtensionStmt 1:extname:s 2:options:rN
        AlterExtensionContentsStmt 1:extname:s 2:action:i 3:objtype:i 4:object:N
        CreateEventTrigStmt 1:trigname:s 2:eventname:s 3:whenclause:rN 4:funcname:rN
        AlterEventTrigStmt 1:trigname:s 2:tgenabled:s
        RefreshMatViewStmt 1:concurrent:i 2:skipData:i 3:relation:mRangeVar
        ReplicaIdentityStmt 1:identityType:s 2:name:s
        AlterSystemStmt 1:setstmt:mVariableSetStmt
        CreatePolicyStmt 1:policyName:s 2:table:mRangeVar 3:cmdName:s 4:permissive:i 5:roles:rN 6:qual:N 7:withCheck:N
        AlterPolicyStmt 1:policyName:s 2:table:mRangeVar 3:roles:rN 4:qual:N 5:withCheck:N
        CreateTransformStmt 1:replace:i 2:typeName:mTypeName 3:lang:s 4:fromsql:mObjectWithArgs 5:tosql:mObjectWithArgs
        CreateAmStmt 1:amname:s 2:handlerName:rN 3:amtype:s
        CreatePublicationStmt 1:pubname:s 2:options:rN 3:pubobjects:rN 4:forAllTables:i
        AlterPublicationStmt 1:pubname:s 2:options:rN 3:pubobjects:rN 4:forAllTables:i 5:action:i
        CreateSubscriptionStmt 1:subname:s 2:conninfo:s 3:publication:rN 4:options:rN
        AlterSubscriptionStmt 1:kind:i 2:subname:s 3:conninfo:s 4:publication:rN 5:options:rN
        DropSubscriptionStmt 1:subname:s 2:missingOk:i 3:behavior:i
        CreateStatsStmt 1:defnames:rN 2:statTypes:rN 3:exprs:rN 4:relations:rN 5:stxcomment:s 6:transformed:i 7:ifNotExists:i
        AlterCollationStmt 1:collname:rN
        CallStmt 1:funccall:mFuncCall 2:funcexpr:mFuncExpr 3:outargs:rN
        AlterStatsStmt 1:defnames:rN 2:stxstattarget:i 3:missingOk:i
        A_Expr 1:kind:i 2:name:rN 3:lexpr:N 4:rexpr:N 5:location:i
        ColumnRef 1:fields:rN 2:location:i
        ParamRef 1:number:i 2:location:i
        FuncCall 1:funcname:rN 2:args:rN 3:aggOrder:rN 4:aggFilter:N 5:over:mWindowDef 6:aggWithinGroup:i 7:aggStar:i 8:aggDistinct:i 9:funcVariadic:i 10:funcformat:i 11:location:i
        A_Star
        A_Indices 1:isSlice:i 2:lidx:N 3:uidx:N
        A_Indirection 1:arg:N 2:indirection:rN
        A_ArrayExpr 1:elements:rN 2:location:i
        ResTarget 1:name:s 2:indirection:rN 3:val:N 4:location:i
        MultiAssignRef 1:source:N 2:colno:i 3:ncolumns:i
        TypeCast 1:arg:N 2:typeName:mTypeName 3:location:i
        CollateClause 1:arg:N 2:collname:rN 3:location:i
        SortBy 1:node:N 2:sortbyDir:i 3:sortbyNulls:i 4:useOp:rN 5:location:i
        WindowDef 1:name:s 2:refname:s 3:partitionClause:rN 4:orderClause:rN 5:frameOptions:i 6:startOffset:N 7:endOffset:N 8:location:i
        RangeSubselect 1:lateral:i 2:subquery:N 3:alias:mAlias
        RangeFunction 1:lateral:i 2:ordinality:i 3:isRowsfrom:i 4:functions:rN 5:alias:mAlias 6:coldeflist:rN
        RangeTableSample 1:relation:N 2:method:rN 3:args:rN 4:repeatable:N 5:location:i
        RangeTableFunc 1:lateral:i 2:docexpr:N 3:rowexpr:N 4:namespaces:rN 5:columns:rN 6:alias:mAlias 7:location:i
        RangeTableFuncCol 1:colname:s 2:typeName:mTypeName 3:forOrdinality:i 4:isNotNull:i 5:colexpr:N 6:coldefexpr:N 7:location:i
        TypeName 1:names:rN 2:typeOid:i 3:setof:i 4:pctType:i 5:typmods:rN 6:typemod:i 7:arrayBounds:rN 8:location:i
        ColumnDef 1:colname:s 2:typeName:mTypeName 3:compression:s 4:inhcount:i 5:isLocal:i 6:isNotNull:i 7:isFromType:i 8:storage:s 9:rawDefault:N 10:cookedDefault:N 11:identity:s 12:identitySequence:mRangeVar 13:generated:s 14:collClause:mCollateClause 15:collOid:i 16:constraints:rN 17:fdwoptions:rN 18:location:i
        IndexElem 1:name:s 2:expr:N 3:indexcolname:s 4:collation:rN 5:opclass:rN 6:opclassopts:rN 7:ordering:i 8:nullsOrdering:i
        StatsElem 1:name:s 2:expr:N
        Constraint 1:contype:i 2:conname:s 3:deferrable:i 4:initdeferred:i 5:location:i 6:isNoInherit:i 7:rawExpr:N 8:cookedExpr:s 9:generatedWhen:s 10:nullsNotDistinct:i 11:keys:rN 12:including:rN 13:exclusions:rN 14:options:rN 15:indexname:s 16:indexspace:s 17:resetDefaultTblspc:i 18:accessMethod:s 19:whereClause:N 20:pktable:mRangeVar 21:fkAttrs:rN 22:pkAttrs:rN 23:fkMatchtype:s 24:fkUpdAction:s 25:fkDelAction:s 26:fkDelSetCols:rN 27:oldConpfeqop:rN 28:oldPktableOid:i 29:skipValidation:i 30:initiallyValid:i
        DefElem 1:defnamespace:s 2:defname:s 3:arg:N 4:defaction:i 5:location:i
        RangeTblEntry 1:rtekind:i 2:relid:i 3:relkind:s 4:rellockmode:i 5:tablesample:mTableSampleClause 6:subquery:mQuery 7:securityBarrier:i 8:jointype:i 9:joinmergedcols:i 10:joinaliasvars:rN 11:joinleftcols:rN 12:joinrightcols:rN 13:joinUsingAlias:mAlias 14:functions:rN 15:funcordinality:i 16:tablefunc:mTableFunc 17:valuesLists:rN 18:ctename:s 19:ctelevelsup:i 20:selfReference:i 21:coltypes:rN 22:coltypmods:rN 23:colcollations:rN 24:enrname:s 25:enrtuples:f 26:alias:mAlias 27:eref:mAlias 28:lateral:i 29:inh:i 30:inFromCl:i 31:requiredPerms:i 32:checkAsUser:i 33:selectedCols:ri 34:insertedCols:ri 35:updatedCols:ri 36:extraUpdatedCols:ri 37:securityQuals:rN
        RangeTblFunction 1:funcexpr:N 2:funccolcount:i 3:funccolnames:rN 4:funccoltypes:rN 5:funccoltypmods:rN 6:funccolcollations:rN 7:funcparams:ri
        TableSampleClause 1:tsmhandler:i 2:args:rN 3:repeatable:N
        WithCheckOption 1:kind:i 2:relname:s 3:polname:s 4:qual:N 5:cascaded:i
        SortGroupClause 1:tleSortGroupRef:i 2:eqop:i 3:sortop:i 4:nullsFirst:i 5:hashable:i
        GroupingSet 1:kind:i 2:content:rN 3:location:i
        WindowClause 1:name:s 2:refname:s 3:partitionClause:rN 4:orderClause:rN 5:frameOptions:i 6:startOffset:N 7:endOffset:N 8:runCondition:rN 9:startInRangeFunc:i 10:endInRangeFunc:i 11:inRangeColl:i 12:inRangeAsc:i 13:inRangeNullsFirst:i 14:winref:i 15:copiedOrder:i
        ObjectWithArgs 1:objname:rN 2:objargs:rN 3:objfuncargs:rN 4:argsUnspecified:i
        AccessPriv 1:privName:s 2:cols:rN
        CreateOpClassItem 1:itemtype:i 2:name:mObjectWithArgs 3:number:i 4:orderFamily:rN 5:classArgs:rN 6:storedtype:mTypeName
        TableLikeClause 1:relation:mRangeVar 2:options:i 3:relationOid:i
        FunctionParameter 1:name:s 2:argType:mTypeName 3:mode:i 4:defexpr:N
        LockingClause 1:lockedRels:rN 2:strength:i 3:waitPolicy:i
        RowMarkClause 1:rti:i 2:strength:i 3:waitPolicy:i 4:pushedDown:i
        XmlSerialize 1:xmloption:i 2:expr:N 3:typeName:mTypeName 4:location:i
        WithClause 1:ctes:rN 2:recursive:i 3:location:i
        InferClause 1:indexElems:rN 2:whereClause:N 3:conname:s 4:location:i
        OnConflictClause 1:action:i 2:infer:mInferClause 3:targetList:rN 4:whereClause:N 5:location:i
        CTESearchClause 1:searchColList:rN 2:searchBreadthFirst:i 3:searchSeqColumn:s 4:location:i
        CTECycleClause 1:cycleColList:rN 2:cycleMarkColumn:s 3:cycleMarkValue:N 4:cycleMarkDefault:N 5:cyclePathColumn:s 6:location:i 7:cycleMarkType:i 8:cycleMarkTypmod:i 9:cycleMarkCollation:i 10:cycleMarkNeop:i
        CommonTableExpr 1:ctename:s 2:aliascolnames:rN 3:ctematerialized:i 4:ctequery:N 5:searchClause:mCTESearchClause 6:cycleClause:mCTECycleClause 7:location:i 8:cterecursive:i 9:cterefcount:i 10:ctecolnames:rN 11:ctecoltypes:rN 12:ctecoltypmods:rN 13:ctecolcollations:rN
        MergeWhenClause 1:matched:i 2:commandType:i 3:override:i 4:condition:N 5:targetList:rN 6:values:rN
        RoleSpec 1:roletype:i 2:rolename:s 3:location:i
        TriggerTransition 1:name:s 2:isNew:i 3:isTable:i
        PartitionElem 1:name:s 2:expr:N 3:collation:rN 4:opclass:rN 5:location:i
        PartitionSpec 1:strategy:s 2:partParams:rN 3:location:i
        PartitionBoundSpec 1:strategy:s 2:isDefault:i 3:modulus:i 4:remainder:i 5:listdatums:rN 6:lowerdatums:rN 7:upperdatums:rN 8:location:i
        PartitionRangeDatum 1:kind:i 2:value:N 3:location:i
        PartitionCmd 1:name:mRangeVar 2:bound:mPartitionBoundSpec 3:concurrent:i
        VacuumRelation 1:relation:mRangeVar 2:oid:i 3:vaCols:rN
        PublicationObjSpec 1:pubobjtype:i 2:name:s 3:pubtable:mPublicationTable 4:location:i
        PublicationTable 1:relation:mRangeVar 2:whereClause:N 3:columns:rN
        InlineCodeBlock 1:sourceText:s 2:langOid:i 3:langIsTrusted:i 4:atomic:i
        CallContext 1:atomic:i
        """
}
