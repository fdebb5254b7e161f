"""What a name means can change between a decision and its statement: behind a ROLLBACK, a DROP, another search path.

`people` is a masked table and, for a while, a temporary table of the session with nothing to hide.
"""

from __future__ import annotations

import pytest
from support.place import ALLOW_ALL, Place

from devstack import wire

SCHEMA = "CREATE TABLE people (name text); INSERT INTO people VALUES ('Ada Lovelace'); CREATE SCHEMA empty;"
SHADOW = "CREATE TEMP TABLE people (name text)"
READ = "SELECT upper(name) FROM people"


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    rules = [*ALLOW_ALL, {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}}]
    return place_for(rules, schema=SCHEMA, columns={"public.people.name": ["pii"]})


def once(text: str) -> bytes:
    return wire.parse(text) + wire.bind() + wire.execute()


CONVERSATIONS = {
    "the transaction is rolled back in the pipeline": [
        wire.query(f"BEGIN; {SHADOW}"), once("SELECT 1") + once("ROLLBACK") + once(READ) + wire.SYNC,
    ],
    "a savepoint is rolled back in the pipeline": [
        wire.query(f"BEGIN; SAVEPOINT s; {SHADOW}"), once("ROLLBACK TO s") + once(READ) + wire.SYNC,
    ],
    "a failed transaction is rolled back in the pipeline": [
        wire.query(f"BEGIN; {SHADOW}"), wire.query("SELECT 1/0"), once("ROLLBACK") + once(READ) + wire.SYNC,
    ],
    "the transaction is rolled back in the text": [wire.query(f"BEGIN; {SHADOW}"), wire.query(f"ROLLBACK; {READ}")],
    "the table is dropped in the text": [wire.query(SHADOW), wire.query(f"DROP TABLE people; {READ}")],
    "the table is dropped in the pipeline": [
        wire.query(SHADOW), once("DROP TABLE people") + once(READ) + wire.SYNC,
    ],
    "the path is changed in the text": [
        wire.query("SET search_path = empty, pg_temp"), wire.query(f"SET search_path = public; {READ}"),
    ],
    "it was prepared while the name meant the other": [
        wire.query(SHADOW), wire.parse(READ, "s") + wire.SYNC, wire.query("DROP TABLE people"),
        wire.bind(name="s") + wire.execute() + wire.SYNC,
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize("at_once", [False, True], ids=["turn by turn", "at once"])
def test_the_masked_table_is_masked_whatever_it_was_before(place: Place, name: str, at_once: bool) -> None:
    with place.wire() as session:
        received = b""
        if at_once:
            session.send(b"".join(CONVERSATIONS[name]))
        for sent in CONVERSATIONS[name]:
            if not at_once:
                session.send(sent)
            received += b"".join(body for _, body in session.until_ready())
        assert b"LOVELACE" not in received.upper()
        assert session.run("SELECT 'alive'")
