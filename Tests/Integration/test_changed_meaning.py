"""A statement is judged by what its names mean when it runs, also right behind one that has changed that."""

from __future__ import annotations

import pytest
from support.place import Place

from devstack import wire

SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, email text, note text);
    INSERT INTO people VALUES (1, 'secret1@example.com', 'fine');
    CREATE TABLE calls (id int);
    CREATE FUNCTION by_plpgsql() RETURNS void LANGUAGE plpgsql AS
        'BEGIN CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people; END';
    CREATE FUNCTION by_sql() RETURNS void LANGUAGE sql AS
        'CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people';
    CREATE FUNCTION by_words() RETURNS void LANGUAGE plpgsql AS $f$
        DECLARE words text := 'CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people';
        BEGIN EXECUTE words; END $f$;
    CREATE PROCEDURE by_procedure() LANGUAGE plpgsql AS
        'BEGIN CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people; END';
    CREATE FUNCTION by_trigger() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people; RETURN NEW; END';
    CREATE SCHEMA other;
    CREATE VIEW other.shown AS SELECT email AS x FROM people;
    CREATE FUNCTION by_shadow() RETURNS void LANGUAGE plpgsql AS
        'BEGIN CREATE TEMP VIEW shown AS SELECT email AS x FROM people; END';
    CREATE FUNCTION by_path() RETURNS void LANGUAGE plpgsql AS
        $f$ BEGIN PERFORM set_config('search_path', 'other, public', false); END $f$;
    CREATE TRIGGER change BEFORE INSERT ON calls FOR EACH ROW EXECUTE FUNCTION by_trigger();
"""
ORIGINAL = """
    CREATE OR REPLACE VIEW shown AS SELECT note AS x FROM people;
    CREATE OR REPLACE FUNCTION told() RETURNS text LANGUAGE sql STABLE AS 'SELECT note FROM people LIMIT 1';
"""
# Even for one who may do everything else: the value of a masked column stays hidden.
RULES = [
    {"effect": "allow", "actions": ["read", "write", "ddl", "admin"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
]
CHANGES = {
    "view": "CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people",
    "do": "DO $$ BEGIN CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people; END $$",
    "do by words": "DO $$ BEGIN EXECUTE 'CREATE OR REPLACE VIEW shown AS SELECT email AS x FROM people'; END $$",
    "plpgsql": "SELECT by_plpgsql()",
    "sql": "SELECT by_sql()",
    "words": "SELECT by_words()",
    "procedure": "CALL by_procedure()",
    "shadow": "SELECT by_shadow()",
    "shadow do": "DO $$ BEGIN CREATE TEMP VIEW shown AS SELECT email AS x FROM people; END $$",
    "path": "SELECT set_config('search_path', 'other, public', false)",
    "path by function": "SELECT by_path()",
    "path do": "DO $$ BEGIN SET search_path = other, public; END $$",
    "trigger": "INSERT INTO calls VALUES (1)",
}


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA + ORIGINAL, columns={"public.people.email": ["pii"]})


def extended(text: str) -> bytes:
    return wire.parse(text) + wire.bind() + wire.execute()


def shown(place: Place, *messages: bytes, prepared: str = "") -> bytes:
    """Everything that comes back for messages that are sent at once, the last one a Sync or a Query."""
    with place.direct() as direct:
        direct.execute(ORIGINAL.encode())
    with place.wire() as session:
        # What the names mean now is known to the agent.
        session.run("SELECT x, told() FROM shown")
        if prepared:
            session.send(wire.parse(prepared, name="p") + wire.SYNC)
            session.until_ready()
        session.send(b"".join(messages))
        ends = sum(message == wire.SYNC or message[:1] == b"Q" for message in messages)
        return b"".join(body for _ in range(ends) for _, body in session.until_ready())


@pytest.mark.parametrize("begin", [b"", wire.query("BEGIN"), extended("BEGIN")], ids=["alone", "block", "own block"])
@pytest.mark.parametrize("between", [b"", wire.SYNC], ids=["one pipeline", "two"])
@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_just_before_is_known(place: Place, change: str, between: bytes, begin: bytes) -> None:
    question = "SELECT x FROM shown"
    head = [part for part in (begin, extended(CHANGES[change]), between) if part]
    assert b"secret1" not in shown(place, *head, extended(question), wire.SYNC)
    assert b"secret1" not in shown(place, *head, wire.bind(name="p"), wire.execute(), wire.SYNC, prepared=question)


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_in_the_same_text_is_known(place: Place, change: str) -> None:
    question = "SELECT x FROM shown"
    assert b"secret1" not in shown(place, wire.query(f"{CHANGES[change]}; {question}"))
    assert b"secret1" not in shown(place, wire.query(f"BEGIN; {CHANGES[change]}"), wire.query(question))
    assert b"secret1" not in shown(place, wire.query(CHANGES[change]), wire.query(question))


@pytest.mark.parametrize("begin", [b"", wire.query("BEGIN")], ids=["alone", "block"])
@pytest.mark.parametrize("between", [b"", wire.SYNC], ids=["one pipeline", "two"])
def test_a_function_that_changed_just_before_is_known(place: Place, between: bytes, begin: bytes) -> None:
    change = "CREATE OR REPLACE FUNCTION told() RETURNS text LANGUAGE sql STABLE AS 'SELECT email FROM people LIMIT 1'"
    head = [part for part in (begin, extended(change), between) if part]
    assert b"secret1" not in shown(place, *head, extended("SELECT told()"), wire.SYNC)
