#!/usr/bin/env python3
"""Writes Sources/SQLInspection/Parsing/ParseTreeSchema+Generated.swift from libpg_query's pg_query.proto.

usage: generate-parse-tree-schema.py /usr/include/pg_query/pg_query.proto OUTPUT
"""
import re
import sys

ENUMS = """A_Expr_Kind SetOperation ObjectType AlterTableType VariableSetKind TransactionStmtKind DiscardMode
BoolExprType SubLinkType SQLValueFunctionOp CmdType OnConflictAction LimitOption FunctionParameterMode
ConstrType XmlExprOp JoinType GrantTargetType RoleSpecType DropBehavior MinMaxOp""".split()
KEYWORDS = {"as", "in", "is", "operator", "default", "where", "case", "func", "var", "self", "init", "extension", "import",
            "struct", "inout", "enum", "class", "let", "for", "if", "else", "return", "true", "false", "subscript", "internal",
            "public", "private", "protocol", "repeat", "while", "do", "try", "throw", "throws", "switch", "guard", "any",
            "some", "nil", "super", "typealias", "defer", "break", "continue", "fallthrough", "static"}


def camel(name):
    if "_" in name and not name.startswith("A_"):
        head, *tail = [part for part in name.split("_") if part]
        return head[0].lower() + head[1:] + "".join(part[0].upper() + part[1:] for part in tail)
    name = name.replace("A_", "a", 1) if name.startswith("A_") else name
    run = re.match(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$", name)
    if run:
        return run.group(0).lower() + name[run.end():]
    return name[0].lower() + name[1:]


def quoted(name):
    return f"`{name}`" if name in KEYWORDS else name


source = re.sub(r"/\*.*?\*/|//[^\n]*", "", open(sys.argv[1]).read(), flags=re.S)
messages, fields, enums = [], [], {}
for name, body in re.findall(r"\nenum (\w+)\s*\{(.*?)\n\}", source, re.S):
    enums[name] = re.findall(r"(\w+)\s*=\s*(\d+)", body)
for name, body in re.findall(r"\nmessage (\w+)\s*\{(.*?)\n\}", source, re.S):
    if name in ("ScanResult", "ScanToken"):
        continue
    rows = []
    for repeated, kind, proto, number, options in re.findall(
            r"(repeated )?\b(\w+) (\w+)\s*=\s*(\d+)\s*(\[[^\]]*\])?;", body):
        json = re.search(r'json_name="(\w+)"', options or "")
        field = camel(json.group(1)) if json and name != "Node" else camel(proto)
        code = {"string": "s", "bool": "i", "int32": "i", "uint32": "i", "uint64": "i", "int64": "i", "double": "f", "float": "f"}.get(kind)
        if code is None:
            code = "i" if kind in enums else "N" if kind == "Node" else "m" + kind
        rows.append((int(number), field, ("r" if repeated else "") + code))
    messages.append((name, rows))
    if name != "Node":
        fields += [row[1] for row in rows]
fields = sorted(set(fields))
out = ["// swift-format-ignore-file", "// Written by Tests/Fixtures/inspection/generate-parse-tree-schema.py from libpg_query's pg_query.proto.",
       "", "/// The messages of libpg_query's tree: one case per node kind of PostgreSQL's grammar.",
       "enum NodeKind: UInt16, CaseIterable {", "    /// A list element that PostgreSQL leaves empty.", "    case null"]
out += [f"    case {quoted(camel(name))}" for name, _ in messages if name != "Node"]
out += ["}", "", "/// The names of all fields of all messages.", "enum FieldName: UInt16, CaseIterable {"]
out += [f"    case {quoted(name)}" for name in fields]
out += ["}", ""]
for enum in ENUMS:
    cases = enums[enum]
    labels = [case for case, _ in cases if not case.endswith("UNDEFINED")]
    prefix = labels[0] if len(labels) > 1 else ""
    for label in labels:
        while not label.startswith(prefix):
            prefix = prefix.rsplit("_", 1)[0] if "_" in prefix else ""
    prefix = prefix + "_" if prefix and not prefix.endswith("_") else prefix
    out.append(f"enum {enum.replace('A_Expr_Kind', 'ExpressionKind')}: Int {{")
    for case, number in cases:
        if case.endswith("UNDEFINED"):
            continue
        label = case[len(prefix):] if case.startswith(prefix) and len(case) > len(prefix) else case
        out.append(f"    case {quoted(camel(label.lower()))} = {number}")
    out += ["}", ""]
out += ["extension ParseTreeSchema {",
        "    /// A line per message: its name, then its fields as number:name:type. Types: s text, i number, f float, N any node,",
        "    /// m followed by a message's name; r before a type: repeated.",
        '    static let text = """']
for name, rows in messages:
    if name == "Node":
        line = " ".join(f"{number}:{kind[1:]}" for number, _, kind in rows)
    else:
        line = " ".join(f"{number}:{field}:{kind}" for number, field, kind in rows)
    out.append(f"        {name} {line}".rstrip())
out += ['        """', "}", ""]
open(sys.argv[2], "w").write("\n".join(out))
