import APIModels
import Compression
import HTTPTypes
import Recording

/// What an agent sent: consecutive whole records of one segment of its spool.
struct RecordUpload: Sendable {
    /// A record and where it begins in the segment.
    struct Item: Sendable {
        let record: Record
        let offset: Int64
    }

    let lane: Int32
    let segment: Int64
    /// Of the first record.
    let offset: Int64
    /// Behind the last record.
    let end: Int64
    let items: [Item]
    /// Kept, with what is wrong noted, where a chain does not verify; else such records are refused.
    let isEvidence: Bool

    /// The most that a body may decompress to: a record of the largest size, or a batch, with room to spare.
    static let contentLimit = 2 * RecordLimits.recordBytes

    /// - Throws: 400 when the body is no stream of whole records, 415 when it is compressed otherwise than with zstd.
    init(_ request: APIRequest) throws(Problem) {
        lane = Int32(truncatingIfNeeded: try Self.number("lane", in: 0...4096, request))
        segment = try Self.number("segment", in: 0...Int64.max, request)
        offset = try Self.number("offset", in: 0...Int64(UInt32.max), request)
        isEvidence = try request.query.boolean("evidence") ?? false
        let content = try Self.content(request)
        var reader = RecordReader(content)
        var items: [Item] = []
        do {
            var start = offset
            while let record = try reader.next() {
                items.append(Item(record: record, offset: start))
                start = offset + Int64(reader.offset)
            }
        } catch {
            throw Self.malformed("at byte \(reader.offset): \(error)")
        }
        guard reader.offset == content.count else { throw Self.malformed("it ends at byte \(reader.offset)") }
        self.items = items
        end = offset + Int64(content.count)
    }

    private static func number(
        _ name: String, in range: ClosedRange<Int64>, _ request: APIRequest
    ) throws(Problem) -> Int64 {
        guard let number = try request.query.integer(name, in: range) else {
            throw .invalidParameters([
                FieldError(
                    pointer: JSONPointer.root.appending(name), code: .missingField, detail: "is missing")
            ])
        }
        return number
    }

    private static func content(_ request: APIRequest) throws(Problem) -> [UInt8] {
        switch request.headerFields[.contentEncoding] {
        case nil, "identity": return request.body
        case "zstd":
            do {
                return try Zstandard.decompress(request.body, limit: contentLimit)
            } catch {
                switch error {
                case .tooLarge: throw .bodyTooLarge(limit: contentLimit)
                case .invalid(let reason): throw malformed("zstd: \(reason)")
                }
            }
        case .some:
            throw Problem(
                status: 415, code: .unsupportedMediaType, title: "The content coding is not supported",
                detail: "Send zstd, or no content coding.")
        }
    }

    private static func malformed(_ detail: String) -> Problem {
        Problem(
            status: 400, code: .invalidBody, title: "The body is not valid",
            detail: "It is no stream of whole records, \(detail).")
    }
}

/// The answer: the offset up to which everything is stored, durably.
struct RecordsAcknowledged: Sendable, Codable {
    var acknowledgedOffset: Int64
}
