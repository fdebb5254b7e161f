"""Tagged columns leave masked, in text and in binary, by whatever way they are asked for."""

from __future__ import annotations

import pytest
from support.place import Place, records

from devstack import wire
from devstack.api import API
from devstack.processes import patience, wait_until

SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, email text NOT NULL, card text NOT NULL,
                         salary int NOT NULL, born date NOT NULL, note text);
    INSERT INTO people SELECT n, 'name ' || n, 'secret' || n || '@example.com', '424242424242424' || n, 90000 + n,
                              date '1990-01-01' + n, NULL
    FROM generate_series(1, 5) AS n;
    CREATE VIEW addresses AS SELECT id, email AS address FROM people;
"""
COLUMNS = {
    "public.people.email": ["pii"], "public.people.card": ["pci"], "public.people.salary": ["pay"],
    "public.people.born": ["pay"],
}
RULES = [
    {"effect": "allow", "actions": ["read", "write", "ddl"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
    {"effect": "mask", "tags": ["pci"], "with": {"kind": "partial", "keep_last": 4}},
    {"effect": "mask", "tags": ["pay"], "with": {"kind": "null"}},
]
RAW = [b"secret", b"@example.com", b"42424242424242"]


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA, columns=COLUMNS)


def received(place: Place, statement: str) -> bytes:
    """Every byte that the server side sent for it."""
    with place.wire() as session:
        session.send(wire.query(statement))
        return b"".join(body for _, body in session.until_ready())


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_each_strategy_keeps_rows_types_and_what_is_not_tagged(place: Place, binary: bool) -> None:
    with place.connect() as connection:
        cursor = connection.execute("SELECT * FROM people ORDER BY id", binary=binary)
        names = [column.name for column in cursor.description or []]
        types = [column.type_code for column in cursor.description or []]
        rows = cursor.fetchall()
    with place.direct() as direct:
        plain = direct.execute("SELECT * FROM people ORDER BY id", binary=binary)
        assert names == [column.name for column in plain.description or []]
        assert types == [column.type_code for column in plain.description or []]
    assert len(rows) == 5
    for number, row in enumerate(rows, start=1):
        known = dict(zip(names, row, strict=True))
        assert (known["id"], known["name"], known["note"]) == (number, f"name {number}", None)
        assert "@" not in known["email"] and "secret" not in known["email"]
        assert known["card"].endswith(f"424{number}") and "42424242" not in known["card"]
        assert known["salary"] is None and known["born"] is None


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM people", "SELECT email FROM people AS p", "SELECT p FROM people AS p",
        "SELECT upper(email) FROM people",
        "SELECT email || '' FROM people", "SELECT address FROM addresses", "SELECT row_to_json(p) FROM people AS p",
        "SELECT array_agg(email) FROM people", "SELECT string_agg(email, ',') FROM people",
        "SELECT x FROM (SELECT email FROM people) AS s (x)",
        "WITH s AS (SELECT email AS x FROM people) SELECT x FROM s",
        "SELECT 'a' UNION ALL SELECT email FROM people", "SELECT (SELECT email FROM people LIMIT 1)",
        "COPY people TO STDOUT", "COPY people TO STDOUT (FORMAT csv)", "COPY people TO STDOUT (FORMAT binary)",
        "COPY (SELECT id, email FROM people) TO STDOUT",
        "DECLARE c CURSOR WITH HOLD FOR SELECT email FROM people; FETCH ALL c",
        "UPDATE people SET note = NULL RETURNING email", "SELECT substr(email, 1, 20) FROM people",
        "SELECT CASE WHEN true THEN email END FROM people", "SELECT email::bytea FROM people",
    ],
)
def test_no_raw_value_reaches_the_client(place: Place, statement: str) -> None:
    assert not [secret for secret in RAW if secret in received(place, statement)]


def test_a_value_inside_an_error_is_masked(place: Place) -> None:
    data = received(place, "SELECT email::int FROM people")
    assert b"22P02" in data or b"42501" in data
    assert not [secret for secret in RAW if secret in data]


def test_a_statement_that_touches_no_tagged_column_comes_back_byte_for_byte(place: Place) -> None:
    statement = "SELECT id, name, note FROM people ORDER BY id"
    with wire.Wire.login(place.stack.postgres.port, place.name, place.upstream_password, place.name) as direct:
        direct.send(wire.query(statement))
        expected = b"".join(body for _, body in direct.until_ready())
    assert received(place, statement) == expected


def test_prepared_and_executed_again_stays_masked(place: Place) -> None:
    with place.connect() as connection:
        for binary in (False, True):
            for number in range(1, 6):
                row = connection.execute(
                    "SELECT email FROM people WHERE id = %s", [number], prepare=True, binary=binary
                ).fetchone()
                assert row and "@" not in row[0]


def test_the_recording_holds_no_masked_value_either(place: Place, admin: API) -> None:
    with place.connect() as connection:
        connection.execute("SELECT email FROM people ORDER BY id").fetchall()
    for session in admin.items("/v1/sessions", resource=place.name):
        text = admin.request("GET", f"/v1/sessions/{session['id']}/recording").content
        assert not [secret for secret in RAW if secret in text]


def test_the_record_counts_what_was_masked_where_and_by_which_rule(place: Place, admin: API) -> None:
    text = "SELECT id, email, note, card FROM people WHERE id < 4; SELECT 1; COPY people (id, salary) TO STDOUT"
    with place.wire() as session:
        session.run(text)
    masked = records(admin, place, text)[0]["masked"]
    assert masked == [
        {"result": 0, "column": 1, "policy": place.name, "rule": 1, "cells": 3},
        {"result": 0, "column": 3, "policy": place.name, "rule": 2, "cells": 3},
        {"result": 2, "column": 1, "policy": place.name, "rule": 3, "cells": 5},
    ]
    with place.connect() as connection:
        connection.execute("SELECT id, name FROM people").fetchall()
    assert "masked" not in records(admin, place, "SELECT id, name FROM people")[0]


def test_a_changed_tag_takes_effect_on_an_open_session(place_for, admin: API) -> None:
    place = place_for(RULES, schema=SCHEMA)
    with place.connect() as connection:
        assert connection.execute("SELECT email FROM people WHERE id = 1").fetchone() == ("secret1@example.com",)
        tags = {"items": [{"column": "public.people.email", "tags": ["pii"]}]}
        admin.put(f"/v1/resources/{place.name}/columns", tags)

        def masked() -> bool:
            row = connection.execute("SELECT email FROM people WHERE id = 1").fetchone()
            return row is not None and "@" not in row[0]

        wait_until(masked, "the new tag's effect", seconds=patience(1))

