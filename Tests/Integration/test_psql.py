"""psql through the agent prints what it prints straight from the server."""

from __future__ import annotations

import psycopg
import pytest
from support.place import Place

SCRIPTS = {
    "types_and_formats": """
        SELECT 1 AS one, 'é✓' AS text, NULL AS nothing, 1.50::numeric(10,2), true, '{1,2}'::int[], '{"a": 1}'::jsonb;
        SELECT '2026-01-02 03:04:05Z'::timestamptz, '1 day'::interval, '\\xdeadbeef'::bytea, 'infinity'::float8;
        TABLE pg_class LIMIT 0;
        SELECT;
    """,
    "errors_and_the_position_in_the_text": """
        SELECT nothing FROM nowhere;
        SELECT 1/0;
        SELEC 1;
        SELECT 'after' AS still_here;
    """,
    "transactions": """
        CREATE TEMP TABLE t (id int PRIMARY KEY);
        BEGIN; INSERT INTO t VALUES (1); SAVEPOINT s; INSERT INTO t VALUES (1); ROLLBACK TO s; COMMIT;
        BEGIN; INSERT INTO t VALUES (2); SELECT 1/0; SELECT 'in an aborted block'; ROLLBACK;
        SELECT * FROM t;
    """,
    "several_statements_in_one_query": r"SELECT 1 AS a\; SELECT 2 AS b\; SELECT 1/0\; SELECT 4;",
    "copy_both_ways": """
        CREATE TEMP TABLE t (id int, name text);
        COPY t FROM STDIN;
1	one
2	\\N
\\.
        COPY t TO STDOUT;
        COPY t TO STDOUT WITH (FORMAT csv, HEADER);
        COPY t FROM STDIN;
not a number	x
\\.
        SELECT count(*) FROM t;
    """,
    "copy_that_never_begins": """
        CREATE TEMP TABLE t (a int);
        COPY t FROM STDIN WITH (HEADER wrong);
        SELECT 'still here';
        COPY t (missing) FROM STDIN;
        SELECT 'and here';
        COPY t FROM STDIN;
1
\\.
        TABLE t;
    """,
    "cursors_that_outlive_their_transaction": """
        BEGIN; DECLARE held SCROLL CURSOR WITH HOLD FOR SELECT n FROM generate_series(1, 9) AS n;
        DECLARE gone CURSOR FOR SELECT 1; FETCH 2 FROM held; COMMIT;
        FETCH 2 FROM held; MOVE BACKWARD ALL IN held; FETCH NEXT FROM held;
        FETCH 1 FROM gone;
        BEGIN; DECLARE undone CURSOR WITH HOLD FOR SELECT 1; ROLLBACK;
        FETCH 1 FROM undone;
        CLOSE held;
        FETCH 1 FROM held;
    """,
    "cursors_that_functions_open": """
        CREATE FUNCTION pg_temp.opened() RETURNS refcursor LANGUAGE plpgsql AS
            $$ DECLARE c refcursor := 'c'; BEGIN OPEN c FOR SELECT generate_series(1, 5); RETURN c; END $$;
        BEGIN; SELECT pg_temp.opened(); FETCH 2 FROM c; FETCH ALL FROM c; CLOSE c; COMMIT;
        FETCH 1 FROM c;
    """,
    "notices": "DO $$ BEGIN RAISE NOTICE 'hello %', 1; RAISE WARNING 'careful' USING HINT = 'h', DETAIL = 'd'; END $$;",
    "cursors_by_fetch_count": "\\set FETCH_COUNT 7\nSELECT n FROM generate_series(1, 30) AS n;",
    "describe_and_bind": r"SELECT $1::int + 1 AS sum, $2::text AS word \bind 41 'x' \g"
    "\nSELECT 1::int8 AS a, 'x'::varchar AS b \\gdesc",
    "catalog_commands": r"""
        CREATE TABLE shown (id int PRIMARY KEY, name text DEFAULT 'x');
        \d shown
        \dt
        \di
        DROP TABLE shown;
    """,
    "settings": "SET work_mem = '8MB'; SHOW work_mem; RESET work_mem; SHOW server_version; SHOW client_encoding;",
    "explain": "EXPLAIN (COSTS OFF) SELECT * FROM pg_class WHERE oid = 1;",
    "large_values": "SELECT length(repeat('x', 3000000)), md5(repeat('x', 3000000)); SELECT repeat('y', 200000);",
    "many_rows": "SELECT n, md5(n::text) FROM generate_series(1, 20000) AS n;",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_prints_the_same(open_place: Place, name: str) -> None:
    command = ("psql", "--no-psqlrc", "--echo-all", "--file=-")
    direct = open_place.run(*command, text=SCRIPTS[name], direct=True)
    through = open_place.run(*command, text=SCRIPTS[name])
    assert (through.stdout, through.stderr, through.returncode) == (direct.stdout, direct.stderr, direct.returncode)


@pytest.mark.parametrize(
    "statement",
    ["SET standard_conforming_strings = off", "SET client_encoding = 'LATIN1'", "SET NAMES 'SQL_ASCII'"],
)
def test_what_the_gateway_reads_texts_by_stays(open_place: Place, statement: str) -> None:
    with open_place.connect() as connection:
        with pytest.raises(psycopg.errors.FeatureNotSupported):
            connection.execute(statement)
        connection.execute("SET standard_conforming_strings = on; SET client_encoding = 'UTF8'")
        assert connection.execute("SHOW client_encoding").fetchone() == ("UTF8",)


def test_settings_in_the_startup_options(open_place: Place) -> None:
    with open_place.connect(options="-c statement_timeout=7s --search_path=pg_temp") as connection:
        assert connection.execute("SELECT current_setting('statement_timeout')").fetchone() == ("7s",)
        assert connection.execute("SELECT current_setting('search_path')").fetchone() == ("pg_temp",)


def test_listen_and_notify_between_two_sessions(open_place: Place) -> None:
    with open_place.connect() as listener, open_place.connect() as speaker:
        listener.execute("LISTEN channel")
        speaker.execute("NOTIFY channel, 'hello'")
        notified = next(listener.notifies(timeout=10, stop_after=1))
    assert (notified.channel, notified.payload) == ("channel", "hello")


@pytest.mark.parametrize("sslmode", ["disable", "require", "verify-full"])
def test_connects_with_each_sslmode(open_place: Place, sslmode: str) -> None:
    result = open_place.run("psql", "--no-psqlrc", "-At", open_place.dsn(sslmode), "-c", "SELECT 'in'")
    assert (result.stdout, result.stderr) == ("in\n", "")


def test_reports_its_tls_to_the_client(open_place: Place) -> None:
    result = open_place.run("psql", "--no-psqlrc", "-c", r"\conninfo")
    assert "TLSv1.3" in result.stdout


def test_ends_with_a_nonzero_status_at_the_first_error(open_place: Place) -> None:
    result = open_place.run("psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", text="SELECT 1/0;\nSELECT 'not reached';\n")
    assert result.returncode == 3
    assert "not reached" not in result.stdout
