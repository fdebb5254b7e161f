"""Random conversations in the frontend protocol: names that change their meaning, errors, pipelines, splits, all from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from devstack import wire

STATEMENTS = ("", "a", "b")
PORTALS = ("", "p", "q")
#: Texts with the count of their parameters. No savepoints: PostgreSQL 15 ends a session with a FATAL error when SAVEPOINT is the
#: second statement of a pipeline outside of a transaction block, and the gateway's own question counts as the first.
#: `t` is the session's own table, `kept` everybody's.
READS = [
    ("SELECT $1::int", 1), ("SELECT n FROM generate_series(1, 5) AS n", 0), ("SELECT count(*) FROM t", 0),
    ("SELECT a FROM kept", 0), ("SELECT 1/$1::int", 1), ("SELECT 1/0", 0), ("SELECT * FROM nowhere", 0), ("SELEC 1", 0),
    ("", 0), ("BEGIN", 0), ("COMMIT", 0), ("ROLLBACK", 0),
]  # fmt: skip
WRITES = [
    ("INSERT INTO kept VALUES ($1::int)", 1), ("DELETE FROM kept", 0), ("UPDATE kept SET a = a + 1 RETURNING a", 0),
]  # fmt: skip
QUERIES = [
    "SELECT 1", "SELECT 1; SELECT 2", "SELECT 1; SELECT 1/0; SELECT 2", "BEGIN", "COMMIT", "ROLLBACK", "", "SELEC",
    "PREPARE a AS SELECT 41", "EXECUTE a", "DEALLOCATE a", "PREPARE b(int) AS SELECT $1 + 1", "EXECUTE b(2)",
    "DECLARE p CURSOR FOR SELECT generate_series(1, 9)", "FETCH 2 FROM p", "CLOSE p", "DEALLOCATE ALL",
]  # fmt: skip
WRITING_QUERIES = [
    "PREPARE a AS DELETE FROM kept", "PREPARE b(int) AS INSERT INTO kept VALUES ($1)", "SELECT 1; DELETE FROM kept",
]  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    seed: int
    #: What is sent, in the pieces in which it is sent.
    pieces: list[bytes]
    #: How many ReadyForQuery answer it.
    turns: int


def scenario(seed: int, writes: bool) -> Scenario:
    chance = random.Random(seed)
    texts = READS + WRITES if writes else READS
    queries = QUERIES + WRITING_QUERIES if writes else QUERIES
    turns = chance.randint(1, 12)
    sent = b"".join(_turn(chance, texts, queries) for _ in range(turns))
    return Scenario(seed, _split(chance, sent), turns)


def _turn(chance: random.Random, texts: list[tuple[str, int]], queries: list[str]) -> bytes:
    if chance.random() < 0.25:
        return wire.query(chance.choice(queries))
    frames = b"".join(_message(chance, texts) for _ in range(chance.randint(1, 8)))
    return frames + wire.SYNC


def _message(chance: random.Random, texts: list[tuple[str, int]]) -> bytes:
    statement, portal = chance.choice(STATEMENTS), chance.choice(PORTALS)
    kind = chance.random()
    if kind < 0.25:
        return wire.parse(chance.choice(texts)[0], statement)
    if kind < 0.5:
        # Mostly what belongs together, so that something runs.
        text, count = chance.choice(texts)
        values = [b"%d" % chance.randint(0, 3) for _ in range(count)]
        return wire.parse(text, statement) + wire.bind(*values, portal=portal, name=statement) + wire.execute(portal)
    if kind < 0.65:
        return wire.bind(*[b"2"] * chance.randint(0, 1), portal=portal, name=statement)
    if kind < 0.85:
        return wire.execute(portal, chance.choice((0, 0, 1, 2)))
    if kind < 0.9:
        name = chance.choice([b"S" + statement.encode(), b"P" + portal.encode()])
        return wire.frame(b"D", name + b"\0")
    if kind < 0.95:
        name = chance.choice([b"S" + statement.encode(), b"P" + portal.encode()])
        return wire.frame(b"C", name + b"\0")
    return wire.frame(b"H")


def _split(chance: random.Random, sent: bytes) -> list[bytes]:
    """Whole, in a few pieces, or byte by byte."""
    cuts = {0: 0, 1: 3, 2: 12, 3: len(sent)}[chance.randint(0, 3)]
    at = sorted({chance.randrange(len(sent)) for _ in range(cuts)} | {0, len(sent)})
    return [sent[start:end] for start, end in zip(at, at[1:], strict=False)]


def play(session: wire.Wire, scenario: Scenario) -> list[tuple[bytes, object]]:
    """What came back, without what says where in the server's sources an error was raised."""
    for piece in scenario.pieces:
        session.send(piece)
    answers: list[tuple[bytes, object]] = []
    for _ in range(scenario.turns):
        answers += [(kind, _shown(kind, body)) for kind, body in session.until_ready()]
    return answers


def _shown(kind: bytes, body: bytes) -> object:
    if kind not in (b"E", b"N"):
        return body
    return {name: value for name, value in wire.error_fields(body).items() if name not in "FLR"}


def cancel(port: int, session: wire.Wire) -> None:
    with wire.Wire.connect(port) as other:
        other.send(wire.cancel_request(session.process, session.key))


