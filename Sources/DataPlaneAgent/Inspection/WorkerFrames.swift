internal import Glibc
internal import SQLInspection

/// The frames between the agent and an inspection worker, over a stream socket. Numbers are little-endian, 32 bits.
///
/// Request: language (1 byte), length, text. Answer: status (1 byte), position, length, payload; the payload is the tree when
/// the status is 0, and a message for people when it is 1 (syntax) or 2 (too complex).
///
///     01 08 00 00 00 "SELECT 1"   →   00 00 00 00 00 1e 00 00 00 …
enum WorkerFrames {
    static let requestHeaderBytes = 5
    static let answerHeaderBytes = 9
    /// The largest tree taken from a worker: the largest text times what constants grow by.
    static let maximumPayloadBytes = 1 << 30

    static func request(_ text: [UInt8], _ language: ParsedLanguage) -> [UInt8] {
        [language.rawValue] + bytes(of: text.count) + text
    }

    static func answer(_ result: Result<[UInt8], InspectionFailure>) -> [UInt8] {
        switch result {
        case .success(let tree): [0] + bytes(of: 0) + bytes(of: tree.count) + tree
        case .failure(.syntax(let message, let position)):
            [1] + bytes(of: position) + bytes(of: message.utf8.count) + Array(message.utf8)
        case .failure(let failure):
            [2] + bytes(of: 0) + bytes(of: failure.message.utf8.count) + Array(failure.message.utf8)
        }
    }

    static func result(status: UInt8, position: Int, payload: [UInt8]) -> Result<[UInt8], InspectionFailure> {
        switch status {
        case 0: .success(payload)
        case 1: .failure(.syntax(message: String(decoding: payload, as: UTF8.self), position: position))
        default: .failure(.tooComplex(String(decoding: payload, as: UTF8.self)))
        }
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private static func bytes(of number: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
