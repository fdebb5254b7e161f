import Testing

@testable import Masking

@Suite struct DateMaskTests {
    @Test(arguments: [
        ("2000-01-01", 0), ("1999-12-31", -1), ("2024-02-29", 8_825), ("1970-01-01", -10_957),
        ("0001-01-01", -730_119),
        ("9999-12-31", 2_921_939), ("1900-01-01", -36_524),
    ]) func countsDaysAsTheServerDoes(text: String, days: Int) {
        var rest = 0
        let bytes = Array(text.utf8)
        #expect(DateTime(bytes.span, hasTime: false, rest: &rest)?.days == days)
        var out: [UInt8] = []
        DateTime(days: days)?.appendDate(into: &out)
        #expect(String(decoding: out, as: UTF8.self) == text)
    }

    @Test func goesThroughEveryDayOfFourCenturies() {
        for days in stride(from: -146_097, through: 146_097, by: 1) {
            #expect(DateTime(days: days)?.days == days)
        }
        #expect(DateTime(days: -730_120) == nil && DateTime(days: 2_921_940) == nil)
    }

    @Test(arguments: [
        ("2024-05-17", 4, 0, "2024-01-01"), ("2024-05-17", 6, 0, "2024-05-01"),
        ("2024-05-17", 0, 2, "2000-01-17"),
        ("2024-05-17", 8, 8, "2000-01-01"), ("2023-02-28", 3, 0, "2000-01-01"),
    ]) func keepsWholeFieldsOfADate(text: String, first: Int, last: Int, expected: String) {
        #expect(masked(text, type: 1082, .partial(keepFirst: first, keepLast: last)) == expected)
    }

    @Test func masksTimestamps() {
        let text = "2024-05-17 12:34:56.789"
        #expect(masked(text, type: 1114, .partial(keepFirst: 10, keepLast: 0)) == "2024-05-17 12:00:00")
        #expect(masked(text, type: 1114, .redact(text: Array("1970-01-01".utf8))) == "1970-01-01 00:00:00")
        #expect(masked(text, type: 1114, .redacted) == nil)
        #expect(
            masked("2024-05-17 01:30:00+02", type: 1184, .partial(keepFirst: 8, keepLast: 0))
                == "2024-05-16 00:00:00+00")
    }

    @Test func hashesOneInstantOneWay() throws {
        let utc = masked("2024-05-16 23:30:00+00", type: 1184, .hash(testKey))
        #expect(utc != nil && utc == masked("2024-05-17 05:00:00+05:30", type: 1184, .hash(testKey)))
        let time = try #require(DateTime(days: 8_902))
        var binary: [UInt8] = []
        binary.appendBigEndian(time.microseconds)
        let out = try #require(rewritten(binary, type: 1114, format: .binary, rule: .mask(.hash(testKey))))
        var text: [UInt8] = []
        DateTime(microseconds: Int64(bitPattern: out.span.bigEndianUInt64(at: 0)))?.appendDateTime(
            into: &text)
        #expect(
            String(decoding: text, as: UTF8.self) == masked("2024-05-16 00:00:00", type: 1114, .hash(testKey))
        )
    }

    @Test(arguments: [
        "infinity", "0044-03-15 BC", "17/05/2024", "2023-02-29", "2024-13-01", "2024-05-17 ", "10000-01-01",
        "",
    ]) func givesNullForWhatItCannotRead(text: String) {
        #expect(masked(text, type: 1082, .hash(testKey)) == nil)
    }

    @Test func givesNullForInfinityInBinary() {
        #expect(
            rewritten([0x7f, 0xff, 0xff, 0xff], type: 1082, format: .binary, rule: .mask(.hash(testKey)))
                == nil)
        let infinity: [UInt8] = [0x7f] + Array(repeating: 0xff, count: 7)
        #expect(rewritten(infinity, type: 1114, format: .binary, rule: .mask(.hash(testKey))) == nil)
        let minus: [UInt8] = [0x80] + Array(repeating: 0, count: 7)
        #expect(rewritten(minus, type: 1184, format: .binary, rule: .mask(.hash(testKey))) == nil)
    }
}
