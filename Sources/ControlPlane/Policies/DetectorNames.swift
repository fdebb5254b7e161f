import APIModels
import Masking

/// The names of detectors that policies use, checked when they are saved: one that does not exist would mask nothing.
enum DetectorNames {
    /// - Parameter custom: the names of those that admins made.
    static func check(_ spec: PolicySpec, custom: [String]) -> [FieldError] {
        let known = Detector.allCases.map(\.name) + Detector.groups.keys.sorted() + custom
        return spec.rules.enumerated().flatMap { number, rule -> [FieldError] in
            guard case .mask(let target, _) = rule.consequence else { return [] }
            return target.detectors.enumerated().compactMap { index, name in
                guard !known.contains(name) else { return nil }
                let pointer = JSONPointer.root.appending("rules").appending(number).appending("detectors")
                return FieldError(
                    pointer: pointer.appending(index), code: .invalidValue,
                    detail: "is no detector; did you mean \"\(nearest(to: name, in: known))\"?")
            }
        }
    }

    static func used(by spec: PolicySpec) -> Set<String> {
        spec.rules.reduce(into: []) { names, rule in
            if case .mask(let target, _) = rule.consequence { names.formUnion(target.detectors) }
        }
    }

    /// By the number of letters to change, insert or leave out.
    private static func nearest(to name: String, in known: [String]) -> String {
        known.min { distance($0, name) < distance($1, name) } ?? ""
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.utf8)
        var row = Array(0...right.count)
        for (line, byte) in left.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in right.indices {
                let changed = diagonal + (right[column] == byte ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[right.count]
    }
}
