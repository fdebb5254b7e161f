"""What was prepared outlives changes of the catalog, and is judged by what it means now."""

from __future__ import annotations

import asyncio

import asyncpg
import psycopg
import pytest
from support.place import Place

from devstack import wire

RULES = [{"effect": "allow", "actions": ["read", "ddl"]}]
SCHEMA = """
    CREATE TABLE items (id int PRIMARY KEY, name text);
    INSERT INTO items VALUES (1, 'one'), (2, 'two'), (3, 'three');
    CREATE TABLE touched (at timestamptz DEFAULT now());
    CREATE FUNCTION harmless() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION size(text) RETURNS int LANGUAGE sql AS 'SELECT length($1)';
"""
WRITES = "CREATE OR REPLACE FUNCTION harmless() RETURNS int LANGUAGE sql AS 'INSERT INTO touched DEFAULT VALUES RETURNING 1'"


@pytest.fixture
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA)


def change_something(place: Place, number: int = 0) -> None:
    with place.connect() as connection:
        connection.execute(f"CREATE TABLE other_{number} (id int)".encode())


def test_a_drivers_prepared_statement(place: Place) -> None:
    with place.connect(prepare_threshold=0) as connection:
        for number in range(3):
            assert connection.execute("SELECT name FROM items WHERE id = %s", (2,)).fetchone() == ("two",)
            assert connection.execute("SELECT size(name) FROM items WHERE id = 1", ()).fetchone() == (3,)
            change_something(place, number)
        connection.execute("ALTER TABLE items ADD COLUMN price int")
        assert connection.execute("SELECT name FROM items WHERE id = %s", (2,)).fetchone() == ("two",)


def test_a_drivers_cache_of_statements(place: Place) -> None:
    async def talk() -> None:
        connection = await asyncpg.connect(place.url(), ssl=place.tls)
        try:
            for number in range(3):
                assert await connection.fetchval("SELECT name FROM items WHERE id = $1", 3) == "three"
                await asyncio.to_thread(change_something, place, number)
        finally:
            await connection.close()

    asyncio.run(talk())


def test_prepare_and_execute_in_sql(place: Place) -> None:
    with place.connect() as connection:
        connection.execute("PREPARE named AS SELECT name FROM items WHERE id = $1")
        for number in range(3):
            assert connection.execute("EXECUTE named (1)").fetchone() == ("one",)
            change_something(place, number)


def test_a_cursor(place: Place) -> None:
    with place.connect() as connection, connection.transaction():
        connection.execute("DECLARE walk CURSOR FOR SELECT id FROM items ORDER BY id")
        for number in range(3):
            assert connection.execute("FETCH walk").fetchone() == (number + 1,)
            change_something(place, number)


def test_what_runs_now_is_judged(place: Place) -> None:
    with place.connect() as connection, place.wire() as session:
        connection.execute("PREPARE named AS SELECT harmless()")
        assert connection.execute("EXECUTE named").fetchone() == (1,)
        session.send(wire.parse("SELECT harmless()", "named") + wire.bind(name="named") + wire.execute() + wire.SYNC)
        assert b"E" not in [kind for kind, _ in session.until_ready()]
        with place.connect() as other:
            other.execute(WRITES.encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="write"):
            connection.execute("EXECUTE named")
        session.send(wire.bind(name="named") + wire.execute() + wire.SYNC)
        refusal = dict(session.until_ready())[b"E"]
        assert b"42501" in refusal
    with place.direct() as connection:
        assert connection.execute("SELECT count(*) FROM touched").fetchone() == (0,)


def test_what_a_parameter_would_call_by_now_is_not_guessed(place: Place) -> None:
    """The server keeps size(text), which the parameter was given to at first."""
    with place.wire() as session:
        session.send(wire.parse("SELECT size($1)", "named") + wire.bind(b"four", name="named") + wire.execute() + wire.SYNC)
        assert b"E" not in [kind for kind, _ in session.until_ready()]
        with place.connect() as other:
            other.execute("DROP FUNCTION size(text)")
            other.execute("CREATE FUNCTION size(name) RETURNS int LANGUAGE sql AS 'SELECT 0'")
        session.send(wire.bind(b"four", name="named") + wire.execute() + wire.SYNC)
        assert b"C0A000" in dict(session.until_ready())[b"E"]
