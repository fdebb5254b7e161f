/// Texts that stand for ids, names, times, durations, patterns, columns and tokens: what is read has one canonical text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let text = String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) else { return 0 }
    check(ResourceID.self, text)
    check(NameOrID<IDKinds.Policy>.self, text)
    check(Timestamp.self, text)
    check(DurationText.self, text)
    check(Glob.self, text)
    check(ColumnName.self, text)
    if let bearer = AgentBearer(parsing: text) { precondition(AgentBearer(parsing: bearer.text) == bearer) }
    if let bytes = Base64URL.decode(text) { precondition(Base64URL.encode(bytes) == text) }
    return 0
}

private func check<Word: JSONText>(_ type: Word.Type, _ text: String) {
    guard let word = try? Word(text: text) else { return }
    guard let again = try? Word(text: word.description) else { preconditionFailure("\(type) is not read back: \(text)") }
    precondition(again.description == word.description)
}
