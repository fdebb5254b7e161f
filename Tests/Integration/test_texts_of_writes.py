"""Texts that the server sends about rows that a statement changes: they name masked columns that the statement does not."""

from __future__ import annotations

import pytest
from support.place import Place

from devstack import wire

SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, town text, note text);
    INSERT INTO people SELECT n, 'name ' || n, 'secret' || n || '@example.com', 'secret place', NULL
    FROM generate_series(1, 5) AS n;
    CREATE VIEW names AS SELECT id, name, note FROM people;
    CREATE TABLE parts (id int, at int NOT NULL, email text) PARTITION BY RANGE (id);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
    INSERT INTO parts VALUES (1, 1, 'secret1@example.com');
    CREATE TABLE visits (person int);
    CREATE FUNCTION greet() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE NOTICE 'visit of %', (SELECT email FROM people WHERE id = NEW.person); RETURN NEW; END $$;
    CREATE TRIGGER greet BEFORE INSERT ON visits FOR EACH ROW EXECUTE FUNCTION greet();
    CREATE TABLE guarded (person int);
    INSERT INTO guarded VALUES (1);
    CREATE FUNCTION admits(wanted int) RETURNS bool LANGUAGE plpgsql STABLE AS $$
    BEGIN RAISE NOTICE 'asked for %', (SELECT email FROM people WHERE id = wanted); RETURN true; END $$;
    CREATE POLICY admits ON guarded USING (admits(person));
    ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE MATERIALIZED VIEW towns AS SELECT town FROM people WHERE id = 1 OR EXISTS (SELECT FROM visits);
    CREATE UNIQUE INDEX ON towns (town);
    INSERT INTO visits VALUES (1);
    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_ARGV[0] = 'now' THEN RAISE NOTICE 'row %', NEW; ELSE RAISE EXCEPTION 'row %', NEW; END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER tell_now AFTER UPDATE ON people FOR EACH ROW WHEN (NEW.note = 'now') EXECUTE FUNCTION tell('now');
    CREATE CONSTRAINT TRIGGER tell_late AFTER UPDATE ON people DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.note = 'late') EXECUTE FUNCTION tell('late');
"""
TAGGED = ["public.people.email", "public.people.town", "public.parts.email"]
RULES = [
    {"effect": "allow", "actions": ["read", "write", "ddl"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
]
LATE = "UPDATE people SET note = 'late' WHERE id = 1"


LIMIT = {"effect": "limit", "max_affected_rows": 100}


@pytest.fixture(scope="module", params=[[], [LIMIT]], ids=["unlimited", "limited"])
def place(request, place_for) -> Place:
    """A limit of affected rows puts a transaction of the gateway's own around statements."""
    return place_for(RULES + request.param, schema=SCHEMA, columns={name: ["pii"] for name in TAGGED})


def asked(session: wire.Wire, statements: list[str], extended: bool) -> tuple[list[str], bytes]:
    """The SQLSTATEs of errors, and all bytes."""
    states, everything = [], b""
    for statement in statements:
        parts = wire.parse(statement) + wire.bind() + wire.execute() + wire.SYNC
        session.send(parts if extended else wire.query(statement))
        for kind, body in session.until_ready():
            everything += body
            if kind == b"E":
                states.append(wire.error_fields(body)["C"])
    session.run("ROLLBACK")
    return states, everything


@pytest.mark.parametrize("extended", [False, True], ids=["simple", "extended"])
@pytest.mark.parametrize(
    "statements",
    [
        ["UPDATE people SET name = NULL WHERE id = 1"],
        ["UPDATE names SET name = NULL WHERE id = 1"],
        ["WITH u AS (UPDATE people SET name = NULL WHERE id = 1 RETURNING id) SELECT * FROM u"],
        ["MERGE INTO people p USING (SELECT 1 AS i) s ON p.id = s.i WHEN MATCHED THEN UPDATE SET name = NULL"],
        ["UPDATE parts SET at = NULL"],
        ["UPDATE parts_1 SET at = NULL"],
        ["PREPARE u AS UPDATE people SET name = NULL WHERE id = 1", "EXECUTE u"],
        ["CREATE UNIQUE INDEX ON people (town)"],
        ["UPDATE people SET note = 'now' WHERE id = 1"],
        ["INSERT INTO visits VALUES (1)"],
        ["SELECT person FROM guarded"],
        ["REFRESH MATERIALIZED VIEW towns"],
        [LATE],
        ["BEGIN", LATE, "COMMIT"],
        ["BEGIN", LATE, "SET CONSTRAINTS ALL IMMEDIATE"],
    ],
    ids=lambda statements: statements[-1],
)
def test_a_row_that_the_server_names_is_hidden(place: Place, statements: list[str], extended: bool) -> None:
    with wire.Wire.login(place.stack.postgres.port, place.name, place.upstream_password, place.name) as direct:
        states, plain = asked(direct, statements, extended)
    assert b"secret" in plain
    with place.wire() as session:
        found, seen = asked(session, statements, extended)
    assert found == states
    assert b"secret" not in seen


def test_texts_about_other_rows_stay(place: Place) -> None:
    with place.wire() as session:
        session.send(wire.query("CREATE TEMP TABLE own (a int NOT NULL)"))
        session.until_ready()
        states, seen = asked(session, ["INSERT INTO own VALUES (NULL)"], False)
    assert states == ["23502"]
    assert b'null value in column "a"' in seen
