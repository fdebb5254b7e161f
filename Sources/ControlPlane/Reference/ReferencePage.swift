import APIModels

/// `/docs`: openapi.yaml as one page for people, which loads nothing from anywhere, and has no script.
struct ReferencePage: Sendable {
    let description: APIDescription

    var html: HTML {
        let title = text(description.root["info"]?["title"])
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) API</title><style>\(HTML(stringLiteral: Self.style))</style></head>
            <body><nav>\(navigation)</nav><main><h1>\(title) API \(text(description.root["info"]?["version"]))</h1>
            <p>\(HTML.prose(text(description.root["info"]?["description"])))</p>
            <p>The same for machines: <a href="/openapi.yaml">openapi.yaml</a>.</p>
            \(HTML.joined(description.tags.map(section)))
            <h2 id="shapes">Shapes</h2>\(HTML.joined(description.schemas.map(shape)))
            </main></body></html>

            """
    }

    private var navigation: HTML {
        let groups = description.tags.map { tag -> HTML in
            let links = entries(tag).map { entry -> HTML in
                "<li><a href=\"#\(entry.id)\">\(text(entry.operation["summary"]))</a></li>"
            }
            return "<h2><a href=\"#\(Self.anchor(tag))\">\(tag)</a></h2><ul>\(HTML.joined(links))</ul>"
        }
        return "\(HTML.joined(groups))<h2><a href=\"#shapes\">shapes</a></h2>"
    }

    private func entries(_ tag: String) -> [APIDescription.Entry] {
        description.entries.filter { $0.tag == tag }
    }

    private func section(_ tag: String) -> HTML {
        "<h2 id=\"\(Self.anchor(tag))\">\(tag)</h2>\(HTML.joined(entries(tag).map(operation)))"
    }

    // MARK: Operations

    private func operation(_ entry: APIDescription.Entry) -> HTML {
        let operation = entry.operation
        let prose = operation["description"].map { HTML.prose(text($0)) } ?? ""
        return """
            <section id="\(entry.id)"><h3>\(text(operation["summary"]))</h3>
            <p class="route"><b class="\(entry.method.lowercased())">\(entry.method)</b> <code>\(entry.path)</code>
            <small>\(entry.id)\(caller(operation))</small></p><p>\(prose)</p>
            \(parameters(operation))\(requestBody(operation))\(responses(operation))</section>

            """
    }

    /// Who may call, for what is not said by "with a token".
    private func caller(_ operation: JSON) -> HTML {
        guard let security = operation["security"] else { return "" }
        let schemes = security.items.flatMap { $0.members.map(\.0) }
        return schemes.isEmpty ? " · without a token" : " · for agents"
    }

    private func parameters(_ operation: JSON) -> HTML {
        let rows = (operation["parameters"]?.items ?? []).map { parameter -> HTML in
            let node = description.resolve(parameter).node
            let required: HTML = node["required"] == .bool(true) ? " <em>required</em>" : ""
            return """
                <tr><td><code>\(text(node["name"]))</code></td><td>\(text(node["in"]))\(required)</td>
                <td>\(type(node["schema"] ?? .null))</td><td>\(HTML.prose(text(node["description"])))</td></tr>
                """
        }
        return rows.isEmpty ? "" : "<h4>Parameters</h4><table>\(HTML.joined(rows))</table>"
    }

    private func requestBody(_ operation: JSON) -> HTML {
        guard let body = operation["requestBody"] else { return "" }
        let contents = (body["content"]?.members ?? []).map { mediaType, content -> HTML in
            "<p><code>\(mediaType)</code>: \(type(content["schema"] ?? .null))</p>"
        }
        return "<h4>Body</h4>\(HTML.joined(contents))"
    }

    private func responses(_ operation: JSON) -> HTML {
        let rows = (operation["responses"]?.members ?? []).map { status, response -> HTML in
            let node = description.resolve(response).node
            let types = (node["content"]?.members ?? []).map { mediaType, content -> HTML in
                "\(type(content["schema"] ?? .null)) <small>\(mediaType)</small>"
            }
            return """
                <tr><td><code>\(status)</code></td><td>\(HTML.prose(text(node["description"])))</td>
                <td>\(HTML.joined(types))</td></tr>
                """
        }
        return "<h4>Answers</h4><table>\(HTML.joined(rows))</table>"
    }

    // MARK: Parts

    func text(_ node: JSON?) -> String {
        switch node {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        case nil, .null, .double, .array, .object: ""
        }
    }

    static func anchor(_ tag: String) -> String { "tag-" + tag.split(separator: " ").joined(separator: "-") }
}
