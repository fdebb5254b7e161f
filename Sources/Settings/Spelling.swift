/// What somebody may have meant to write.
enum Spelling {
    /// The word that differs least, if it differs by no more than a third of its letters.
    static func nearest(to text: String, among words: [String]) -> String? {
        let distances = words.map { (word: $0, distance: distance(Array(text.utf8), Array($0.utf8))) }
        guard let best = distances.min(by: { $0.distance < $1.distance }),
            best.distance <= best.word.utf8.count / 3
        else { return nil }
        return best.word
    }

    /// How many letters have to be changed, added or left out (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
