"""The second line: what was judged a plain read runs in a read-only transaction, and no client can tell.

The judgement is made wrong by a function that is replaced behind the gateway's back: until the agent looks at the catalog again, it
takes it for what it was.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

import asyncpg
import psycopg
import pytest
from support.place import ALLOW_ALL, Place

from devstack import wire

SCHEMA = """
    CREATE TABLE touched (at timestamptz DEFAULT now());
    CREATE TABLE plain (id int PRIMARY KEY, note text);
    INSERT INTO plain VALUES (1, 'one'), (2, 'two');
"""
HARMLESS = "CREATE OR REPLACE FUNCTION {} RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'"
WRITES = (
    "CREATE OR REPLACE FUNCTION {} RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO touched DEFAULT VALUES; RETURN 1; END'"
)


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(ALLOW_ALL, schema=SCHEMA)


@pytest.fixture
def call(place: Place) -> Iterator[str]:
    """A call that the gateway knows as harmless, and that has come to write behind its back."""
    name = f"call_{secrets.token_hex(4)}()"
    with place.direct() as connection:
        connection.execute(HARMLESS.format(name))
    with place.connect() as connection:
        assert connection.execute(f"SELECT {name}").fetchone() == (1,)
    with place.direct() as connection:
        connection.execute(WRITES.format(name))
    yield f"SELECT {name}"


def touches(place: Place) -> int:
    with place.direct() as connection:
        return connection.execute("SELECT count(*) FROM touched").fetchone()[0]


@pytest.mark.parametrize("prepare", [None, True, False], ids=["once", "prepared", "never prepared"])
def test_a_wrong_judgement_fails_at_the_resource(place: Place, call: str, prepare: bool | None) -> None:
    before = touches(place)
    with place.connect() as connection:
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute(call, prepare=prepare)
        connection.execute("INSERT INTO plain VALUES (3, 'three')", prepare=prepare)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute(call, prepare=prepare)
        connection.execute("DELETE FROM plain WHERE id = 3", prepare=prepare)
    assert touches(place) == before


def test_simple_queries_are_covered(place: Place, call: str) -> None:
    before = touches(place)
    result = place.run("psql", "-X", "-c", call)
    assert "cannot execute INSERT in a read-only transaction" in result.stderr
    assert touches(place) == before


MODES = ["SHOW transaction_read_only", "SHOW default_transaction_read_only",
         "SELECT current_setting('transaction_read_only')",
         "SELECT setting FROM pg_settings WHERE name = 'default_transaction_read_only'"]  # fmt: skip


@pytest.mark.parametrize("question", MODES)
def test_no_client_can_tell(place: Place, question: str) -> None:
    with place.connect() as connection:
        for _ in range(2):
            assert connection.execute("SELECT count(*) FROM plain").fetchone() == (2,)
            assert connection.execute(question).fetchone() == ("off",)
        assert connection.info.parameter_status("default_transaction_read_only") == "off"


def test_reads_and_writes_of_one_pipeline_are_one_transaction(place: Place) -> None:
    with place.connect() as connection:
        connection.execute("SELECT 1")
        with connection.pipeline():
            first = connection.execute("SELECT count(*) FROM plain")
            connection.execute("INSERT INTO plain VALUES (4, 'four')")
            second = connection.execute("SELECT count(*) FROM plain")
        assert (first.fetchone(), second.fetchone()) == ((2,), (3,))
        connection.execute("DELETE FROM plain WHERE id = 4")


def test_a_pipeline_that_comes_in_pieces_may_write(place: Place) -> None:
    with place.wire() as session:
        session.run("SELECT 1 FROM plain")
        session.send(wire.parse("SELECT id FROM plain", "reads") + wire.bind(name="reads") + wire.execute())
        session.send(wire.frame(b"H"))
        session.send(
            wire.parse("INSERT INTO plain VALUES (5, 'five')", "writes") + wire.bind(name="writes") + wire.execute() + wire.SYNC
        )
        answers = session.until_ready()
        assert b"E" not in [kind for kind, _ in answers]
        session.run("DELETE FROM plain WHERE id = 5")


def test_an_unnamed_statement_outlives_the_change(place: Place) -> None:
    with place.wire() as session:
        session.run("DELETE FROM plain WHERE id = 6")
        session.send(wire.parse("SELECT id FROM plain WHERE id = 1") + wire.SYNC)
        session.until_ready()
        session.send(wire.bind() + wire.execute() + wire.SYNC)
        assert b"E" not in [kind for kind, _ in session.until_ready()]


def test_transactions_of_the_clients_own_write(place: Place) -> None:
    with place.connect() as connection:
        connection.execute("SELECT 1 FROM plain")
        with connection.transaction():
            connection.execute("SELECT 1 FROM plain")
            connection.execute("INSERT INTO plain VALUES (7, 'seven')")
        connection.execute("DELETE FROM plain WHERE id = 7")


def test_a_default_of_the_clients_own_stays(place: Place) -> None:
    with place.connect() as connection:
        connection.execute("SELECT 1 FROM plain")
        connection.execute("SET default_transaction_read_only = on")
        assert connection.info.parameter_status("default_transaction_read_only") == "on"
        connection.execute("SELECT 1 FROM plain")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("INSERT INTO plain VALUES (8, 'eight')")
        assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
        connection.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
        connection.execute("SELECT 1 FROM plain")
        connection.execute("INSERT INTO plain VALUES (8, 'eight')")
        connection.execute("DELETE FROM plain WHERE id = 8")


def test_a_read_only_role_stays_one(place: Place) -> None:
    with place.direct() as connection:
        connection.execute(f'ALTER ROLE "{place.name}" SET default_transaction_read_only = on')
    try:
        with place.connect() as connection:
            connection.execute("SELECT 1 FROM plain")
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute("INSERT INTO plain VALUES (9, 'nine')")
            assert connection.execute("SHOW transaction_read_only").fetchone() == ("on",)
    finally:
        with place.direct() as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f'ALTER ROLE "{place.name}" RESET default_transaction_read_only')


def test_asyncpg_reads_and_writes(place: Place) -> None:
    async def talk() -> list[int]:
        connection = await asyncpg.connect(place.url(), ssl=place.tls)
        try:
            seen = []
            for number in (10, 11):
                await connection.execute("INSERT INTO plain VALUES ($1, 'ten')", number)
                seen.append(await connection.fetchval("SELECT count(*) FROM plain WHERE id >= $1", 10))
            await connection.execute("DELETE FROM plain WHERE id >= 10")
            return seen
        finally:
            await connection.close()

    assert asyncio.run(talk()) == [1, 2]
