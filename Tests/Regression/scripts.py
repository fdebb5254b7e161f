"""PostgreSQL's own regression scripts as a list of statements: what psql would send, without psql."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*)
  | (?P<block>/\*)
  | (?P<dollar>\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$)
  | (?P<escape>\b[eE]'(?:[^'\\]|''|\\.)*')
  | (?P<string>'(?:[^']|'')*')
  | (?P<name>"(?:[^"]|"")*")
  | (?P<meta>\\[^\n]*)
  | (?P<variable>(?<![:\w]):(?:'\w+'|"\w+"|[A-Za-z_]\w*))
  | (?P<word>[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)
  | (?P<other>::|.)
    """,
    re.X | re.S,
)


@dataclass(frozen=True)
class Statement:
    """One statement, and the lines that follow it when it copies from standard input."""

    script: str
    line: int
    text: str
    data: str | None = None


def schedule(directory: Path) -> list[str]:
    """The scripts in the order in which they rely on each other."""
    lines = (directory / "parallel_schedule").read_text().splitlines()
    return [name for line in lines if line.startswith("test:") for name in line.split()[1:]]


def statements(directory: Path, name: str) -> Iterator[Statement]:
    """Meta-commands are left out, but for those that set variables or end a statement."""
    text = (directory / "sql" / f"{name}.sql").read_text(encoding="utf-8", errors="replace")
    variables = {"abs_srcdir": str(directory), "libdir": "", "dlsuffix": ".so", "DBNAME": "regression"}
    yield from _Reader(name, text, variables).read()


class _Reader:
    def __init__(self, name: str, text: str, variables: dict[str, str]) -> None:
        self._name = name
        self._text = text
        self._position = 0
        self._variables = variables
        self._parts: list[str] = []
        self._start = 0
        self._depth = 0
        self._body = 0

    def read(self) -> Iterator[Statement]:
        while self._position < len(self._text):
            match = _TOKEN.match(self._text, self._position)
            if match is None:
                break
            kind, token = match.lastgroup, match[0]
            self._position = match.end()
            if kind == "block":
                self._skip_comment(match.start())
            elif kind == "dollar":
                end = self._text.find(token, self._position)
                self._position = len(self._text) if end < 0 else end + len(token)
                self._add(self._text[match.start() : self._position], match.start())
            elif kind == "variable":
                self._add(self._value(token), match.start())
            elif kind == "meta":
                if (statement := self._meta(token)) is not None:
                    yield statement
            elif kind == "word":
                self._count_body(token)
                self._add(token, match.start())
            elif kind == "other" and token == ";" and self._depth <= 0 and self._body == 0:
                if (statement := self._finish()) is not None:
                    yield statement
            elif kind != "comment":
                self._depth += {"(": 1, ")": -1}.get(token, 0)
                self._add(token, match.start())

    def _add(self, token: str, start: int) -> None:
        if not self._parts:
            if token.isspace():
                return
            self._start = start
        self._parts.append(token)

    def _skip_comment(self, start: int) -> None:
        depth = 1
        while depth and self._position < len(self._text):
            pair = self._text[self._position : self._position + 2]
            depth += {"/*": 1, "*/": -1}.get(pair, 0)
            self._position += 2 if pair in ("/*", "*/") else 1
        self._add(self._text[start : self._position], start)

    def _count_body(self, word: str) -> None:
        """BEGIN ATOMIC ... END of a routine, in which semicolons do not end the statement."""
        lower, first = word.lower(), "".join(self._parts[:1]).lower()
        if first != "create":
            return
        if lower == "atomic" or (self._body and lower == "case"):
            self._body += 1
        elif lower == "end" and self._body:
            self._body -= 1

    def _value(self, token: str) -> str:
        name = token[1:].strip("'\"")
        if name not in self._variables:
            return token
        value = self._variables[name]
        return {"'": "'" + value.replace("'", "''") + "'", '"': f'"{value}"'}.get(token[1], value)

    def _meta(self, command: str) -> Statement | None:
        words = command[1:].split()
        if not words:
            return None
        if words[0] == "set" and len(words) > 1:
            self._variables[words[1]] = "".join(
                self._value(word) if word.startswith(":") else word.strip("'") for word in words[2:]
            )
            self._variables[words[1]] = self._variables[words[1]].replace("''", "").strip("'")
        if words[0] in ("g", "gset", "gexec", "gdesc", "gx", "crosstabview", "watch"):
            return self._finish()
        return None

    def _finish(self) -> Statement | None:
        text, self._parts, self._depth, self._body = "".join(self._parts).strip(), [], 0, 0
        if not re.sub(r"/\*.*?\*/", "", text, flags=re.S).strip():
            return None
        line = self._text.count("\n", 0, self._start) + 1
        data = None
        if re.match(r"(?is)copy\b.*\bfrom\s+stdin\b", text):
            end = re.compile(r"^\\\.$", re.M).search(self._text, self._position)
            stop = end.start() if end else len(self._text)
            data = self._text[self._position : stop].lstrip(" \t").removeprefix("\n")
            self._position = end.end() if end else stop
        return Statement(self._name, line, text, data)
