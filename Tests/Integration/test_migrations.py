"""A transaction that changes the catalog is judged by the catalog as it sees it: migrations run without being allowed everything."""

from __future__ import annotations

import psycopg
import pytest
from support.place import Place

from devstack import wire

#: No `admin`, and so nothing that the inspection could not prove.
RULES = [
    {"effect": "allow", "actions": ["read", "write", "ddl"]},
    {"effect": "mask", "columns": ["public.people.email"], "with": {"kind": "redact"}},
    {"effect": "deny", "actions": ["write"], "tables": ["public.protected"]},
]
SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, email text);
    INSERT INTO people VALUES (1, 'ada@example.org');
    CREATE TABLE protected (id int);
    CREATE VIEW listed AS SELECT id FROM protected;
    CREATE FUNCTION helper() RETURNS int LANGUAGE sql AS 'SELECT 1';
"""


@pytest.fixture
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA)


MIGRATION = """
    CREATE TABLE versions (version text NOT NULL);
    INSERT INTO versions VALUES ('1');
    CREATE TABLE authors (id int PRIMARY KEY, name text);
    CREATE TABLE books (id int PRIMARY KEY, author int);
    ALTER TABLE books ADD CONSTRAINT of_author FOREIGN KEY (author) REFERENCES authors (id);
    CREATE INDEX books_author ON books (author);
    INSERT INTO authors SELECT id, 'Ada' FROM people;
    ALTER TABLE people ADD COLUMN nick text;
    UPDATE people SET nick = 'ada' WHERE id = 1;
    CREATE VIEW shelf AS SELECT name, books.id FROM books JOIN authors ON authors.id = author;
    SELECT * FROM shelf;
    CREATE FUNCTION double(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2';
    SELECT double(21);
    UPDATE versions SET version = '2' WHERE version = '1'
"""


@pytest.mark.parametrize("prepare", [False, True], ids=["as texts", "prepared"])
def test_a_migration_in_one_transaction(place: Place, prepare: bool) -> None:
    with place.connect() as connection:
        with connection.transaction():
            for statement in MIGRATION.split(";"):
                connection.execute(statement.encode(), prepare=prepare)
            assert connection.execute("SELECT nick FROM people").fetchall() == [("ada",)]
        assert connection.execute("SELECT version FROM versions").fetchall() == [("2",)]


def test_a_migration_by_psql(place: Place) -> None:
    result = place.run("psql", "-X", "-v", "ON_ERROR_STOP=1", "-1", "-f", "-", text=MIGRATION)
    assert result.returncode == 0, result.stderr
    assert "42" in result.stdout


def test_what_is_taken_back_is_gone(place: Place) -> None:
    with place.connect() as connection, connection.transaction():
        connection.execute("SAVEPOINT here")
        connection.execute("CREATE TABLE fleeting (id int)")
        assert connection.execute("SELECT count(*) FROM fleeting").fetchone() == (0,)
        connection.execute("ROLLBACK TO SAVEPOINT here")
        with pytest.raises(psycopg.Error) as refused, connection.transaction():
            connection.execute("SELECT count(*) FROM fleeting")
        assert refused.value.sqlstate in ("42501", "42P01")
        assert connection.execute("SELECT helper()").fetchone() == (1,)


def test_names_of_before_mean_what_they_have_become(place: Place) -> None:
    """Inside the transaction a harmless function writes where nothing may, and a view shows what is masked."""
    with place.connect() as connection:
        connection.execute("SELECT helper()")
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(
                "CREATE OR REPLACE FUNCTION helper() RETURNS int LANGUAGE sql AS 'INSERT INTO protected VALUES (1) RETURNING 1'"
            )
            connection.execute("SELECT helper()")
        with connection.transaction():
            connection.execute("CREATE VIEW shown AS SELECT upper(email) AS email FROM people")
            assert connection.execute("SELECT email FROM shown").fetchone() == ("[redacted]",)


def test_the_clients_own_state_stays(place: Place) -> None:
    with place.connect(prepare_threshold=None) as connection:
        path = connection.execute("SHOW search_path").fetchone()
        connection.execute("BEGIN")
        connection.execute("SAVEPOINT sallyport_catalog")
        connection.execute("DECLARE walk CURSOR FOR SELECT id FROM people")
        connection.execute("CREATE TABLE made (id int)")
        connection.execute("INSERT INTO made VALUES (7)")
        assert connection.execute("FETCH walk").fetchone() == (1,)
        assert connection.execute("SHOW search_path").fetchone() == path
        assert connection.execute("SHOW lock_timeout").fetchone() == ("0",)
        connection.execute("ROLLBACK TO SAVEPOINT sallyport_catalog")
        assert connection.execute("SELECT to_regclass('made')").fetchone() == (None,)
        connection.execute("COMMIT")


def test_an_unnamed_statement_stays(place: Place) -> None:
    with place.wire() as session:
        session.run("BEGIN")
        session.run("CREATE TABLE made (id int)")
        session.send(wire.parse("SELECT 5") + wire.SYNC)
        session.until_ready()
        session.send(wire.parse("INSERT INTO made VALUES (1)", "named") + wire.SYNC)
        session.until_ready()
        session.send(wire.bind() + wire.execute() + wire.SYNC)
        assert b"E" not in [kind for kind, _ in session.until_ready()]


def test_a_pipeline_cannot_use_what_it_has_changed(place: Place) -> None:
    """The catalog cannot be read before its end: an error of the gateway's statements would take the client's with it."""
    with place.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege), connection.pipeline():
        connection.execute("CREATE TABLE piped (id int)")
        connection.execute("INSERT INTO piped VALUES (1)")


def test_a_pipeline_may_change_the_catalog_in_a_transaction(place: Place) -> None:
    with place.connect() as connection:
        with connection.pipeline(), connection.transaction():
            connection.execute("CREATE TABLE piped (id int)")
            connection.execute("ALTER TABLE piped ADD COLUMN name text")
            connection.execute("SELECT 1")
        connection.execute("INSERT INTO piped VALUES (1, 'one')")


@pytest.mark.parametrize("locked", ["pg_catalog.pg_policy", "listed"], ids=["a catalog", "what a view shows"])
def test_a_catalog_that_cannot_be_read_fails_no_transaction(place: Place, locked: str) -> None:
    with place.connect(prepare_threshold=None) as connection, connection.transaction():
        connection.execute("PREPARE named AS SELECT id FROM people")
        connection.execute("CREATE TABLE made (id int)")
        with psycopg.connect(place.stack.postgres.dsn(place.name)) as locking:
            locking.execute(f"LOCK TABLE {locked}".encode())
            # What names mean by now is not known, also of those that were known before.
            for statement, sqlstate in (("EXECUTE named", "0A000"), ("INSERT INTO made VALUES (1)", "42501")):
                with pytest.raises(psycopg.Error) as refused, connection.transaction():
                    connection.execute(statement.encode())
                assert refused.value.sqlstate == sqlstate
            assert connection.execute("SELECT 1").fetchone() == (1,)
            locking.rollback()
        assert connection.execute("EXECUTE named").fetchall() == [(1,)]
        connection.execute("INSERT INTO made VALUES (1)")
