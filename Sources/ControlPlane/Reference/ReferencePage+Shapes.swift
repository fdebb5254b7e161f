import APIModels

extension ReferencePage {
    /// A named schema with its members.
    func shape(_ name: String, _ schema: JSON) -> HTML {
        let examples = (schema["examples"]?.items ?? []).prefix(1).map { example -> HTML in
            "<pre>\(String(decoding: JSON.encode(example), as: UTF8.self))</pre>"
        }
        return """
            <section id="shape-\(name)"><h3>\(name)</h3><p>\(HTML.prose(text(schema["description"])))</p>
            \(HTML.joined(examples))\(body(of: schema))</section>

            """
    }

    private func body(of schema: JSON) -> HTML {
        guard let properties = schema["properties"]?.members, !properties.isEmpty else {
            return "<p>\(type(schema))</p>"
        }
        let required = Set((schema["required"]?.items ?? []).compactMap(\.stringValue))
        let rows = properties.map { name, property -> HTML in
            let mark: HTML = required.contains(name) ? " <em>required</em>" : ""
            return """
                <tr><td><code>\(name)</code>\(mark)</td><td>\(type(property))</td>
                <td>\(HTML.prose(text(property["description"])))\(bounds(property))</td></tr>
                """
        }
        return "<table>\(HTML.joined(rows))</table>"
    }

    /// What kind of value a schema takes, in a few words, with links to the shapes it names.
    func type(_ schema: JSON) -> HTML {
        if let name = description.resolve(schema).name { return "<a href=\"#shape-\(name)\">\(name)</a>" }
        if let constant = schema["const"] { return "<code>\(text(constant))</code>" }
        for combination in ["oneOf", "anyOf", "allOf"] {
            guard let parts = schema[combination]?.items, !parts.isEmpty else { continue }
            return alternatives(parts, word: combination == "allOf" ? " and " : " or ")
        }
        if let values = schema["enum"]?.items {
            return alternatives(values.map { ["const": $0] }, word: ", ")
        }
        switch schema["type"] {
        case .string("array"): return "list of \(type(schema["items"] ?? .null))"
        case .string("object"): return object(schema)
        case .string(let name):
            let format: HTML = schema["format"].map { " <small>\(text($0))</small>" } ?? ""
            return "\(name)\(format)"
        case .array(let names):
            return alternatives(names.map { ["type": $0] }, word: " or ")
        case nil, .null, .bool, .integer, .double, .object: return "any"
        }
    }

    private func object(_ schema: JSON) -> HTML {
        if let properties = schema["properties"]?.members, !properties.isEmpty {
            let parts = properties.map { name, property -> HTML in "<code>\(name)</code>: \(type(property))" }
            return "{\(Self.list(parts, separator: ", "))}"
        }
        if let values = schema["additionalProperties"], case .object = values {
            return "map of \(type(values))"
        }
        return "object"
    }

    private func alternatives(_ parts: [JSON], word: HTML) -> HTML {
        Self.list(parts.map(type), separator: word)
    }

    private static func list(_ parts: [HTML], separator: HTML) -> HTML {
        HTML.joined(parts.enumerated().map { index, part in index == 0 ? part : "\(separator)\(part)" })
    }

    /// The limits of a value, as far as the schema says them.
    private func bounds(_ schema: JSON) -> HTML {
        let words = [
            ("minimum", "at least"), ("maximum", "at most"), ("minLength", "characters, at least"),
            ("maxLength", "characters, at most"), ("minItems", "items, at least"),
            ("maxItems", "items, at most"),
            ("pattern", "matches"), ("default", "default"),
        ]
        let parts = words.compactMap { key, word -> HTML? in
            schema[key].map { " <small>\(word) <code>\(text($0))</code></small>" }
        }
        return HTML.joined(parts)
    }

    static let style = """
        :root{color-scheme:light dark;--line:#8884;--soft:#8882}
        body{margin:0;font:15px/1.5 system-ui,sans-serif;display:grid;grid-template-columns:17rem minmax(0,1fr)}
        nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1rem;box-sizing:border-box;border-right:1px solid var(--line)}
        nav h2{font-size:.8rem;text-transform:uppercase;letter-spacing:.05em;margin:1rem 0 .2rem}nav a{color:inherit}
        nav ul{list-style:none;margin:0;padding:0;font-size:.85rem}main{padding:1rem 2rem 4rem;max-width:62rem}
        section{border-top:1px solid var(--line);padding:.5rem 0 1rem}h3{margin:.6rem 0 .2rem}h4{margin:.8rem 0 .2rem}
        table{border-collapse:collapse;width:100%;font-size:.9rem}td{border-top:1px solid var(--line);padding:.3rem .6rem .3rem 0;
        vertical-align:top}code,pre{font:.85rem ui-monospace,monospace;overflow-wrap:anywhere}
        pre{background:var(--soft);padding:.6rem;white-space:pre-wrap}
        .route b{padding:.1rem .4rem;border-radius:.2rem;background:var(--soft)}small,em{opacity:.75}
        @media(max-width:50rem){body{display:block}nav{position:static;height:auto}}
        """
}
