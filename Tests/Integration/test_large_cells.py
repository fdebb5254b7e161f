"""Cells of half a gigabyte pass, masked or not, and the agent's memory does not grow with them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from support.place import Place

from devstack import wire

SIZE = 512 << 20
GROWTH = 64 << 20
SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, email text);
    INSERT INTO people VALUES (1, 'secret@example.com');
"""
RULES = [
    {"effect": "allow", "actions": ["read"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA, columns={"public.people.email": ["pii"]})


class Peak:
    """How far the resident memory of a process rises above where it began."""

    def __init__(self, pid: int) -> None:
        self._process = Path(f"/proc/{pid}")
        (self._process / "clear_refs").write_text("5")
        self._before = self._read()

    def _read(self) -> int:
        lines = (self._process / "status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    @property
    def growth(self) -> int:
        return self._read() - self._before


def exchange(session: wire.Wire, statement: str) -> tuple[list[tuple[bytes, int]], bytes]:
    """The types and lengths of the messages of an answer, and its bytes but for runs of `x`."""
    session.send(wire.query(statement))
    messages: list[tuple[bytes, int]] = []
    rest = bytearray()
    while not messages or messages[-1][0] != b"Z":
        header = session.receive(5)
        length = struct.unpack("!I", header[1:])[0] - 4
        messages.append((header[:1], length))
        while length:
            part = session.receive(min(length, 1 << 20))
            length -= len(part)
            rest += part.replace(b"x" * 64, b"")
    return messages, bytes(rest)


def ask(place: Place, statement: str) -> tuple[list[tuple[bytes, int]], bytes, int]:
    pid = place.agent.service.pid
    assert pid
    with place.wire() as session:
        # The server is silent while it makes the cell.
        session.sock.settimeout(200)
        peak = Peak(pid)
        messages, rest = exchange(session, statement)
        return messages, rest, peak.growth


BIG = f"repeat('x', {SIZE})"


@pytest.mark.parametrize(
    ("statement", "length"),
    [
        (f"SELECT {BIG} FROM people", 2 + 4 + SIZE),
        (f"SELECT email, {BIG} FROM people", 2 + 8 + SIZE + 10),
        (f"SELECT {BIG}, email FROM people", 2 + 8 + SIZE + 10),
        (f"SELECT {BIG}, email, 'x', NULL FROM people", 2 + 16 + SIZE + 11),
        (f"SELECT id, email || {BIG} FROM people", 2 + 8 + 1 + 10),
    ],
    ids=["passed", "behind a masked cell", "before a masked cell", "between", "masked"],
)
def test_a_row_with_a_huge_cell(place: Place, statement: str, length: int) -> None:
    messages, rest, growth = ask(place, statement)
    assert [kind for kind, _ in messages] == [b"T", b"D", b"C", b"Z"]
    assert messages[1] == (b"D", length)
    assert b"secret" not in rest
    assert b"[redacted]" in rest or "email" not in statement
    assert growth <= GROWTH


@pytest.mark.parametrize("options", ["", "(FORMAT csv)", "(FORMAT binary)"])
@pytest.mark.parametrize(
    ("columns", "is_large"), [(f"{BIG}, email, id", True), (f"id, email || {BIG}, email", False)],
    ids=["passed", "masked"],
)
def test_a_copy_with_a_huge_cell(place: Place, columns: str, is_large: bool, options: str) -> None:
    messages, rest, growth = ask(place, f"COPY (SELECT {columns} FROM people) TO STDOUT {options}")
    assert b"E" not in [kind for kind, _ in messages], rest
    assert (sum(length for kind, length in messages if kind == b"d") > SIZE) == is_large
    assert b"secret" not in rest and b"[redacted]" in rest
    assert growth <= GROWTH


def test_the_next_statement_runs_as_ever(place: Place) -> None:
    with place.connect() as connection:
        cursor = connection.execute("SELECT repeat('x', 4000000), email FROM people")
        assert cursor.fetchall() == [("x" * 4000000, "[redacted]")]
        assert connection.execute("SELECT email FROM people").fetchall() == [("[redacted]",)]
