"""Values that results show masked go nowhere else, and what masks have made does not come back as data."""

from __future__ import annotations

import psycopg
import pytest
from support.place import Place, denial

SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, email text, card text, badge text, note text, data jsonb);
    INSERT INTO people SELECT n, 'secret' || n || '@example.com', '424242424242424' || n, 'badge' || n, 'note', '{}'
    FROM generate_series(1, 5) AS n;
    CREATE TABLE archive (id int, email text, card text);
    CREATE TABLE notes (id int, note text);
    CREATE FUNCTION keep(what text) RETURNS void LANGUAGE sql AS 'INSERT INTO notes VALUES (1, what)';
"""
COLUMNS = {
    "public.people.email": ["pii"], "public.people.card": ["pci"], "public.people.badge": ["badge"],
    "public.archive.email": ["pii"], "public.archive.card": ["pii"],
}
RULES = [
    {"effect": "allow", "actions": ["read", "write", "ddl", "admin"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
    {"effect": "mask", "tags": ["pci"], "with": {"kind": "partial", "keep_last": 4}},
    {"effect": "mask", "tags": ["badge"], "with": {"kind": "hash"}},
    {"effect": "mask", "detectors": ["us_ssn"], "with": {"kind": "redact", "text": "(ssn)"}},
]


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA, columns=COLUMNS)


def refusal(place: Place, statement: str, *parameters: object, **options: bool) -> dict:
    with place.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        connection.execute(statement, parameters or None, **options)
    return denial(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO notes SELECT id, email FROM people", "UPDATE notes SET note = p.email FROM people p",
        "UPDATE people SET note = email", "CREATE TABLE copy AS SELECT * FROM people",
        "CREATE TEMP TABLE other (a text); INSERT INTO other SELECT email FROM people",
        "CREATE TEMP TABLE copy AS SELECT lower(email) AS x FROM people", "SELECT email INTO TEMP copy FROM people",
        "WITH x AS (SELECT email FROM people) INSERT INTO notes SELECT 1, email FROM x", "SELECT keep(email) FROM people",
        "SELECT set_config('a.b', email, false) FROM people", "SELECT pg_notify('c', email) FROM people",
        "PREPARE p AS INSERT INTO notes SELECT id, email FROM people",
        "ALTER TABLE people ALTER COLUMN note TYPE text USING email",
        "INSERT INTO notes VALUES (1, (SELECT string_agg(email, ',') FROM people))",
    ],
)
def test_masked_values_go_nowhere_else(place: Place, statement: str) -> None:
    said = refusal(place, statement)
    assert said["code"] == "masked_value_copied"
    assert set(said["columns"]) <= {"public.people.email", "public.people.badge"}


def test_a_target_that_is_masked_as_strictly_takes_them(place: Place) -> None:
    with place.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("INSERT INTO archive SELECT id, email, card FROM people")
        assert set(connection.execute("SELECT email, card FROM archive")) == {("[redacted]", "[redacted]")}
        connection.execute("UPDATE people SET email = lower(email)")
    assert refusal(place, "UPDATE people SET card = email")["columns"] == ["public.people.email"]


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("UPDATE people SET email = '[redacted]' WHERE id = 1", "email"),
        ("UPDATE people SET card = '************4242' WHERE id = 1", "card"),
        ("UPDATE people SET badge = '0123456789abcdef0123456789abcdef' WHERE id = 1", "badge"),
        ("INSERT INTO people (id, email) VALUES (9, 'new@example.com'), (10, '[redacted]')", "email"),
        ("DELETE FROM people WHERE email = '[redacted]'", "email"),
        ("SELECT id FROM people WHERE card = '************4242'", "card"),
        ("UPDATE people SET note = 'my number is (ssn)' WHERE id = 1", "note"),
        (r"UPDATE people SET email = E'\x0a[redacted]' WHERE id = 1", "email"),
    ],
)
def test_a_masked_literal_is_refused(place: Place, statement: str, column: str) -> None:
    said = refusal(place, statement)
    assert said["code"] == "masked_value_written"
    assert f"public.people.{column}" in said["columns"]


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_a_masked_parameter_is_refused(place: Place, binary: bool) -> None:
    code = "%b" if binary else "%t"
    said = refusal(place, f"UPDATE people SET email = {code} WHERE id = 1", "[redacted]")
    assert (said["code"], said["columns"]) == ("masked_value_written", ["public.people.email"])
    said = refusal(place, f"UPDATE people SET card = {code} WHERE id = {code}", "************4242", 1)
    assert said["columns"] == ["public.people.card"]


def test_what_a_result_shows_can_be_written_back_where_it_was_not_masked(place: Place) -> None:
    with place.connect() as connection, connection.transaction(force_rollback=True):
        row = connection.execute("SELECT note FROM people WHERE id = 1").fetchone()
        connection.execute("UPDATE people SET note = %s WHERE id = 1", row)
        connection.execute("UPDATE people SET email = 'new@example.com', card = '4000056655665556' WHERE id = 1")
        connection.execute("INSERT INTO notes VALUES (1, '[redacted]')")


TOKEN_SCHEMA = """
    CREATE TABLE people (
        id int PRIMARY KEY, email text, phone bigint, debt int, born date, seen timestamptz, tag uuid, price numeric(12, 2), names text[],
        grade int, note text
    );
    INSERT INTO people
    SELECT n, 'secret' || n || '@example.com', 12025550100 + n, -710000000 - n, date '1980-01-01' + n, timestamptz '2024-05-17 10:00:00Z', gen_random_uuid(),
        1000000.25 + n, ARRAY['ada' || n, 'byron' || n], 10 + n, 'mail secret' || n || '@example.com today'
    FROM generate_series(1, 5) AS n;
"""
TOKENIZED = ["email", "phone", "debt", "born", "seen", "tag", "price", "names"]


@pytest.fixture(scope="module")
def tokens(place_for) -> Place:
    return place_for(
        [
            {"effect": "allow", "actions": ["read", "write", "ddl", "admin"]},
            {"effect": "mask", "tags": ["pii"], "with": {"kind": "tokenize"}},
            {"effect": "mask", "detectors": ["email"], "with": {"kind": "tokenize"}},
        ],
        schema=TOKEN_SCHEMA,
        columns={f"public.people.{column}": ["pii"] for column in [*TOKENIZED, "grade"]},
    )


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize("column", TOKENIZED)
def test_a_token_that_was_shown_does_not_come_back(tokens: Place, column: str, binary: bool) -> None:
    with tokens.connect() as connection:
        token = connection.execute(f"SELECT {column} FROM people WHERE id = 1", binary=binary).fetchone()[0]
    with tokens.direct() as straight:
        value = straight.execute(f"SELECT {column} FROM people WHERE id = 1").fetchone()[0]
    assert token != value
    code = "%b" if binary else "%t"
    # In a session of its own: what counts is who was shown it.
    said = refusal(tokens, f"UPDATE people SET {column} = {code} WHERE id = 2", token)
    assert (said["code"], said["columns"]) == ("masked_value_written", [f"public.people.{column}"])
    assert refusal(tokens, f"SELECT id FROM people WHERE {column} = {code}", token)["code"] == "masked_value_written"
    with tokens.connect() as connection, connection.transaction(force_rollback=True):
        done = connection.execute(f"UPDATE people SET {column} = {code} WHERE id = 2", (value,))
        assert done.rowcount == 1


@pytest.mark.parametrize("form", ["'{}'", "E'{}'", "$x${}$x$", "'x' || '{}'"])
def test_a_token_in_a_literal_is_refused(tokens: Place, form: str) -> None:
    with tokens.connect() as connection:
        token = connection.execute("SELECT email FROM people WHERE id = 3").fetchone()[0]
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
            connection.execute(f"UPDATE people SET email = {form.format(token)} WHERE id = 3".encode())
        assert denial(caught.value)["code"] == "masked_value_written"


@pytest.mark.parametrize(("column", "form"), [("phone", "{}"), ("debt", "{}"), ("debt", "- {}"), ("price", "{}")])
def test_a_bare_number_that_is_a_token_is_refused(tokens: Place, column: str, form: str) -> None:
    with tokens.connect() as connection:
        token = connection.execute(f"SELECT {column} FROM people WHERE id = 2").fetchone()[0]
        written = form.format(abs(token)) if "-" in form else form.format(token)
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
            connection.execute(f"UPDATE people SET {column} = {written} WHERE id = 2".encode())
        assert denial(caught.value)["code"] == "masked_value_written"


def test_tokens_of_small_numbers_are_in_the_way_of_writes_only(tokens: Place) -> None:
    with tokens.connect() as connection:
        shown = connection.execute("SELECT id, grade FROM people").fetchall()
        # A value now and then is its own token, which is nothing that was hidden.
        tokens_shown = [grade for number, grade in shown if grade != 10 + number]
        for number in tokens_shown:
            statement = f"SELECT phone + {number} FROM people WHERE price > {number} LIMIT 3"
            assert len(connection.execute(statement.encode()).fetchall()) == 3
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
            connection.execute(f"UPDATE people SET grade = {tokens_shown[0]}".encode())
    assert denial(caught.value)["code"] == "masked_value_written"


def test_a_token_inside_a_text_is_refused_and_the_rest_is_not(tokens: Place) -> None:
    with tokens.connect() as connection:
        note = connection.execute("SELECT note FROM people WHERE id = 4").fetchone()[0]
    assert note.startswith("mail ") and "secret4@example.com" not in note
    assert refusal(tokens, "UPDATE people SET note = %s WHERE id = 4", note)["code"] == "masked_value_written"
    with tokens.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute("UPDATE people SET note = 'mail somebody@example.org today' WHERE id = 4")


def test_a_token_among_many_parameters_is_refused(tokens: Place) -> None:
    with tokens.connect() as connection:
        token = connection.execute("SELECT email FROM people WHERE id = 5").fetchone()[0]
    said = refusal(tokens, "UPDATE people SET note = %s, email = %s WHERE id = 5", "x" * 100_000, token)
    assert said["code"] == "masked_value_written"


def test_psql_cannot_save_tokens(tokens: Place) -> None:
    shown = tokens.run("psql", "-XAtc", "SELECT email FROM people WHERE id = 1").stdout.strip()
    saved = tokens.run("psql", "-XAtc", f"UPDATE people SET email = '{shown}' WHERE id = 1")
    assert saved.returncode and "masked" in saved.stderr
    assert not tokens.run("psql", "-XAtc", "UPDATE people SET email = 'new@example.com' WHERE id = 1").returncode
