"""The mask corpus (Tests/Fixtures/corpus): a shop database, sets of raw values, and queries that try to get them out.

A query is run over a channel: a way of asking that the protocol has. What comes back is judged by all its bytes.
"""

from __future__ import annotations

import csv
import json
import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Any

import psycopg

from devstack import wire
from devstack.api import API
from devstack.demo import put_resource
from devstack.settings import ROOT
from devstack.stack import Stack

from .place import Place, wait_served

CORPUS = ROOT / "Tests" / "Fixtures" / "corpus"

# What policy.json says, and in its note the columns that hold copies.
SENSITIVE: list[str] = json.loads((CORPUS / "policy.json").read_text())["sensitive_columns"]
CONTAINERS = [
    *(f"public.customers.{name}" for name in (
        "profile", "contact_methods", "home_address", "doc", "ssn_last4", "ssn_digits", "notes")),
    "audit.events.details", "audit.events.raw",
]


@dataclass(frozen=True)
class Line:
    """One query of mask.tsv."""

    id: str
    category: str
    mode: str
    role: str
    sql: str
    forbidden: tuple[str, ...]
    shape: str
    tier: str
    needs_containers: bool

    def __str__(self) -> str:
        return f"{self.id}-{self.sql[:40]}"


def load_lines() -> list[Line]:
    with (CORPUS / "mask.tsv").open(newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    return [
        Line(name, category, mode, role, _unescaped(sql), tuple(forbid.split()) if forbid != "-" else (), shape, tier,
             needs == "container")
        for name, category, mode, role, sql, forbid, shape, tier, needs, *_ in rows
    ]


def _unescaped(text: str) -> str:
    """The escapes of the corpus: \\n \\r \\t \\f \\\\ \\uXXXX; any other backslash is itself."""
    known = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "\\": "\\"}
    return re.sub(
        r"\\(?:u([0-9a-fA-F]{4})|([nrtf\\]))",
        lambda match: chr(int(match[1], 16)) if match[1] else known[match[2]], text,
    )


@dataclass
class Answer:
    """All that a server sent for one or more statements."""

    messages: list[tuple[bytes, bytes]] = field(default_factory=list)

    @property
    def bytes(self) -> bytes:
        return b"".join(body for _, body in self.messages)

    @property
    def names(self) -> list[bytes]:
        """The names of the last result's columns."""
        found: list[bytes] = []
        for kind, body in self.messages:
            if kind == b"T":
                found = _column_names(body)
        return found

    @property
    def types(self) -> list[bytes]:
        """Descriptions of columns, whole."""
        return [body for kind, body in self.messages if kind == b"T"]

    @property
    def rows(self) -> list[list[bytes | None]]:
        return [_fields(body) for kind, body in self.messages if kind == b"D"]

    @property
    def copied(self) -> bytes:
        return b"".join(body for kind, body in self.messages if kind == b"d")

    @property
    def error(self) -> dict[str, str] | None:
        for kind, body in self.messages:
            if kind == b"E":
                return wire.error_fields(body)
        return None

    @property
    def is_refused(self) -> bool:
        return self.error is not None and self.error["C"] == "42501"

    @property
    def count(self) -> int:
        """Rows, or the messages of a COPY, of which a server sends one for each row."""
        return len(self.rows) + sum(kind == b"d" for kind, _ in self.messages)


def _column_names(body: bytes) -> list[bytes]:
    names, offset = [], 2
    for _ in range(struct.unpack_from("!H", body)[0]):
        end = body.index(0, offset)
        names.append(body[offset:end])
        offset = end + 19
    return names


def _fields(body: bytes) -> list[bytes | None]:
    fields: list[bytes | None] = []
    offset = 2
    for _ in range(struct.unpack_from("!H", body)[0]):
        length = struct.unpack_from("!i", body, offset)[0]
        offset += 4
        fields.append(None if length < 0 else body[offset : offset + length])
        offset += max(0, length)
    return fields


class Secrets:
    """The sets of sets.json, read from the database that the corpus was loaded into."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._sets: dict[str, tuple[str, list[bytes]]] = {}
        for name, said in json.loads((CORPUS / "sets.json").read_text()).items():
            if name.startswith("_"):
                continue
            values = {row[0].encode() for row in connection.execute(said["sql"]) if row[0]}
            if said["match"] == "hexbytes":
                values = {bytes.fromhex(value.decode()) for value in values}
            if said["match"] == "field":
                # A customer's number may look like the last digits of another's secret.
                values -= {str(row[0]).encode() for row in connection.execute("SELECT id FROM customers")}
            self._sets[name] = (said["match"], sorted(values))

    def leaks(self, answer: Answer, forbidden: Iterable[str]) -> list[str]:
        """Which values of the sets named (`@set`, `=@set`, `~@set`) are in what came."""
        found: list[str] = []
        everything = answer.bytes
        fields = {cell for row in answer.rows for cell in row if cell is not None}
        fields |= set(re.split(rb"[\t\n;,\"']", answer.copied))
        joined = b"".join(cell for row in answer.rows for cell in row if cell is not None)
        for reference in forbidden:
            name = reference.lstrip("=~@")
            match, values = self._sets[name]
            place: Any = fields if match == "field" else joined if match == "concat" else everything
            found += [f"{name}: {value!r}" for value in values if value in place]
        return found


# MARK: Channels

Channel = Callable[[wire.Wire, str], Answer]


def simple(session: wire.Wire, sql: str) -> Answer:
    session.send(wire.query(sql))
    return Answer(session.until_ready())


def one_by_one(session: wire.Wire, sql: str) -> Answer:
    """Each line as a Query of its own; a transaction that is left open is rolled back."""
    answer = Answer()
    for part in sql.split("\n"):
        session.send(wire.query(part))
        answer.messages += session.until_ready()
    if answer.messages[-1][1] != b"I":
        session.run("ROLLBACK")
    return answer


def rolled_back(session: wire.Wire, sql: str) -> Answer:
    session.run("BEGIN")
    answer = simple(session, sql)
    session.run("ROLLBACK")
    return answer


def extended(session: wire.Wire, sql: str, *values: bytes, binary: bool = False, limit: int = 0) -> Answer:
    """Parse, Bind, Describe, Execute; with a limit, Execute again until the portal is done."""
    session.send(
        wire.parse(sql) + wire.bind(*values, binary=binary) + wire.describe() + wire.execute(limit=limit)
        + (wire.FLUSH if limit else wire.SYNC)
    )
    answer = Answer()
    while limit:
        kind, body = session.message()
        answer.messages.append((kind, body))
        if kind == b"s":
            session.send(wire.execute(limit=limit) + wire.FLUSH)
        elif kind in (b"C", b"E", b"I"):
            session.send(wire.SYNC)
            break
    answer.messages += session.until_ready()
    return answer


def extended_text(session: wire.Wire, sql: str) -> Answer:
    return extended(session, sql)


def extended_binary(session: wire.Wire, sql: str) -> Answer:
    return extended(session, sql, binary=True)


def empty_parameter(session: wire.Wire, sql: str) -> Answer:
    return extended(session, sql, b"")


def limited_portal(session: wire.Wire, sql: str) -> Answer:
    return extended(session, sql, binary=True, limit=7)


def pipeline(session: wire.Wire, sql: str) -> Answer:
    """Named, twice, described once, between two statements of no interest, with one Sync."""
    once = wire.bind(name="s") + wire.execute()
    other = wire.parse("SELECT 1") + wire.bind() + wire.execute()
    session.send(
        wire.close_statement("s") + other + wire.parse(sql, "s") + once + wire.describe() + once + other + wire.SYNC)
    return Answer(session.until_ready())


def cursor(session: wire.Wire, sql: str) -> Answer:
    parts = ["BEGIN", f"DECLARE c NO SCROLL CURSOR FOR {sql}", "FETCH 3 FROM c", "FETCH ALL FROM c"]
    return one_by_one(session, "\n".join([part.replace("\n", " ") for part in parts]))


def copy_channel(options: str) -> Channel:
    return lambda session, sql: simple(session, f"COPY ({sql}) TO STDOUT {options}")


MODES: dict[str, Channel] = {
    "simple": simple,
    "multi": one_by_one,
    "rollback": rolled_back,
    "ext-text": extended_text,
    "ext-bin": extended_binary,
    "ext-param-empty": empty_parameter,
    "activity": simple,
}

# The ways in which any single query may be asked.
CHANNELS: dict[str, Channel] = {
    "simple": simple,
    "text": extended_text,
    "binary": extended_binary,
    "portal": limited_portal,
    "pipeline": pipeline,
    "cursor": cursor,
    "copy text": copy_channel(""),
    "copy csv": copy_channel("(FORMAT csv, HEADER)"),
    "copy binary": copy_channel("(FORMAT binary)"),
}


# MARK: The shop


@dataclass(frozen=True)
class Shop:
    """A database with the corpus in it, reached as two roles, with the containers tagged and without."""

    stack: Stack
    database: str
    keys: dict[tuple[str, bool], tuple[str, str]]
    secrets: Secrets

    def session(self, role: str, containers: bool) -> wire.Wire:
        """Through the agent."""
        name, key = self.keys[role, containers]
        return wire.Wire.login(self.stack.agent.port, name, key, name)

    def direct(self, role: str) -> wire.Wire:
        """As the same upstream role, past the agent."""
        return wire.Wire.login(self.stack.postgres.port, f"agent_{role}", f"agent_{role}_pw", self.database)

    def superuser(self) -> psycopg.Connection:
        return self.stack.postgres.connect(self.database)


def make_shop(stack: Stack, admin: API, rules: list[dict[str, Any]]) -> Shop:
    """Loads the corpus and returns when the agent serves it under `rules`."""
    database = f"shop_{token_hex(4)}"
    stack.postgres.ensure_database(database)
    with stack.postgres.connect(database) as connection:
        connection.execute((CORPUS / "schema.sql").read_bytes())
        secrets = Secrets(connection)
    keys = {}
    for role in ("ro", "rw"):
        for containers in (False, True):
            name = f"{database}-{role}{'-containers' if containers else ''}".replace("_", "-")
            admin.post("/v1/service-accounts", {"name": name, "kind": "ai_agent", "groups": [name]})
            place = Place(name, "", stack.agent, stack, "")
            admin.put(f"/v1/policies/{name}", place.policy(rules))
            credential = {
                "mode": "static", "username": f"agent_{role}", "password": {"value": f"agent_{role}_pw"}
            }
            put_resource(admin, place.resource(database=database) | {"credential": credential})
            columns = SENSITIVE + (CONTAINERS if containers else [])
            tags = [{"column": column, "tags": ["pii"]} for column in columns]
            admin.put(f"/v1/resources/{name}/columns", {"items": tags})
            # Last: a login with it means that the agent has all that came before.
            key = admin.post(f"/v1/service-accounts/{name}/keys")["secret"]
            keys[role, containers] = name, key
            wait_served(replace(place, key=key))
    return Shop(stack, database, keys, secrets)
