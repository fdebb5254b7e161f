"""Names that differ only in Unicode normalisation are different names, as PostgreSQL takes them."""

from __future__ import annotations

import psycopg
import pytest
from support.place import Place

# é as one character and as two.
ONE, TWO = "\u00e9", "e\u0301"
SCHEMA = f"""
    CREATE TABLE people (id int, email text);
    INSERT INTO people VALUES (1, 'secret1@example.com');
    CREATE TABLE "client{ONE}" (id int, email text);
    INSERT INTO "client{ONE}" VALUES (1, 'secret2@example.com');
    CREATE TABLE wide ("{ONE}" text, "{TWO}" text);
    INSERT INTO wide VALUES ('shown', 'secret3@example.com');
    CREATE VIEW "client{TWO}" AS SELECT 1 AS id, 'shown'::text AS email;
    CREATE SCHEMA "s{ONE}";
    CREATE SCHEMA "s{TWO}";
    CREATE TABLE "s{ONE}".t AS SELECT 'secret4@example.com'::text AS email;
    CREATE TABLE "s{TWO}".t AS SELECT 'shown'::text AS email;
"""
RULES = [{"effect": "allow", "actions": ["read"]}, {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}}]
COLUMNS = {
    "public.people.email": ["pii"], f"public.client{ONE}.email": ["pii"], f"public.wide.{TWO}": ["pii"],
    f"s{ONE}.t.email": ["pii"],
}


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA, columns=COLUMNS)


@pytest.mark.parametrize(
    "statement",
    [
        # Each pair in both orders: it must not matter which of two names comes first.
        *(
            text
            for a, b in ((ONE, TWO), (TWO, ONE))
            for text in (
                f"""SELECT lower("{b}".email) FROM (SELECT 'x' AS email) AS "{a}", people AS "{b}\"""",
                f"""SELECT lower("{b}".email) FROM people AS "{b}", (SELECT 'x' AS email) AS "{a}\"""",
                f"""SELECT lower(s."{b}") FROM (SELECT 'x' AS "{a}", email AS "{b}" FROM people) AS s""",
                f"""SELECT lower(s."{b}") FROM (SELECT email AS "{b}", 'x' AS "{a}" FROM people) AS s""",
                f"""WITH "{a}" AS (SELECT 'x' AS email), "{b}" AS (SELECT email FROM people) SELECT lower(email) FROM "{b}\"""",
            )
        ),
        f"""WITH "client{TWO}" AS (SELECT 'x' AS email) SELECT lower(email) FROM "client{ONE}\"""",
        f"""SELECT lower(email) FROM "client{ONE}\"""", f"""SELECT lower("{TWO}") FROM wide""",
        f"""SELECT lower(email) FROM "s{ONE}".t""", f"""SELECT email FROM "s{ONE}".t""",
        f"""SELECT row_to_json(w)->>'{TWO}' FROM wide AS w""",
    ],
)
def test_no_value_hides_behind_another_name(place: Place, statement: str) -> None:
    with place.direct() as straight:
        assert "secret" in str(straight.execute(statement).fetchall())
    with place.connect() as connection:
        try:
            rows = connection.execute(statement).fetchall()
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported):
            return
    assert "secret" not in str(rows)


def test_text_of_either_form_goes_through(place: Place) -> None:
    with place.connect() as connection:
        row = connection.execute(f"SELECT '{ONE}' = '{TWO}', '{ONE}', '{TWO}'").fetchone()
        assert row == (False, ONE, TWO)
        assert connection.execute(f"""SELECT id FROM "client{TWO}\"""").fetchone() == (1,)
        assert connection.execute(f"""SELECT id AS "{TWO}" FROM "client{ONE}\"""").fetchone() == (1,)
