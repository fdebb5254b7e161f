"""psycopg 3 through the agent: synchronous, asynchronous, pipeline mode, binary, server-side cursors, COPY, cancel."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import threading
import uuid

import psycopg
import pytest
from support.place import Place

VALUES: list[tuple[str, object]] = [
    ("int2", 7), ("int4", -5), ("int8", 2**40), ("float8", 1.25), ("numeric", decimal.Decimal("12345.678")),
    ("text", "schön ✓"), ("bytea", b"\x00\xff"), ("bool", True), ("date", datetime.date(2026, 2, 3)),
    ("timestamptz", datetime.datetime(2026, 2, 3, 4, 5, 6, tzinfo=datetime.UTC)),
    ("interval", datetime.timedelta(days=2)),
    ("uuid", uuid.UUID("12345678-1234-5678-1234-567812345678")), ("int4[]", [1, 2, 3]), ("text", None),
]


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
@pytest.mark.parametrize(("type_name", "value"), VALUES)
def test_values_come_back_as_they_went(open_place: Place, type_name: str, value: object, binary: bool) -> None:
    marker = "%b" if binary else "%t"
    with open_place.connect() as connection:
        row = connection.execute(f"SELECT {marker}::{type_name}", [value], binary=binary).fetchone()
    assert row == (value,)


def test_prepared_statements_are_reused(open_place: Place) -> None:
    with open_place.connect() as connection:
        results = [connection.execute("SELECT %s::int * 2", [n], prepare=True).fetchone() for n in range(50)]
    assert results == [(n * 2,) for n in range(50)]


def test_transactions_and_savepoints(open_place: Place) -> None:
    with open_place.connect() as connection:
        connection.execute("CREATE TEMP TABLE t (id int PRIMARY KEY)")
        with connection.transaction():
            connection.execute("INSERT INTO t VALUES (1)")
            with pytest.raises(psycopg.errors.UniqueViolation):
                with connection.transaction():
                    connection.execute("INSERT INTO t VALUES (1)")
            connection.execute("INSERT INTO t VALUES (2)")
        assert connection.execute("SELECT array_agg(id ORDER BY id) FROM t").fetchone() == ([1, 2],)


def test_pipeline_mode_keeps_results_in_order(open_place: Place) -> None:
    with open_place.connect() as connection, connection.pipeline():
        cursors = [connection.execute("SELECT %s::int", [n]) for n in range(300)]
        assert [cursor.fetchone() for cursor in cursors] == [(n,) for n in range(300)]


def test_pipeline_mode_skips_to_the_sync_after_an_error(open_place: Place) -> None:
    with open_place.connect() as connection:
        with pytest.raises(psycopg.errors.DivisionByZero):
            with connection.pipeline() as pipeline:
                before = connection.execute("SELECT 1")
                connection.execute("SELECT 1/0")
                skipped = connection.execute("SELECT 2")
                pipeline.sync()
        assert before.fetchone() == (1,)
        with pytest.raises(psycopg.Error):
            skipped.fetchone()
        assert connection.execute("SELECT 'well'").fetchone() == ("well",)


def test_server_side_cursor_with_portal_limits(open_place: Place) -> None:
    with open_place.connect() as connection, connection.transaction():
        with connection.cursor(name="big") as cursor:
            cursor.itersize = 64
            cursor.execute("SELECT n FROM generate_series(1, 1000) AS n")
            assert sum(row[0] for row in cursor) == 500_500


@pytest.mark.parametrize("file_format", ["text", "csv", "binary"])
def test_copy_there_and_back(open_place: Place, file_format: str) -> None:
    with open_place.connect() as connection:
        connection.execute("CREATE TEMP TABLE t (id int4, name text)")
        with connection.cursor().copy(f"COPY t FROM STDIN (FORMAT {file_format})") as copy:
            if file_format == "csv":
                copy.write("".join(f'{n},"na""me {n}"\n' for n in range(5000)))
            else:
                copy.set_types(["int4", "text"])
                for n in range(5000):
                    copy.write_row((n, f'na"me {n}'))
        with connection.cursor().copy(f"COPY (SELECT * FROM t ORDER BY id) TO STDOUT (FORMAT {file_format})") as copy:
            data = b"".join(bytes(block) for block in copy)
        assert connection.execute("SELECT count(*), min(name) FROM t").fetchone() == (5000, 'na"me 0')
        assert len(data) > 50_000


def test_copy_in_that_the_client_gives_up(open_place: Place) -> None:
    with open_place.connect() as connection:
        connection.execute("CREATE TEMP TABLE t (id int)")
        with pytest.raises(psycopg.errors.QueryCanceled):
            with connection.cursor().copy("COPY t FROM STDIN") as copy:
                copy.write("1\n2\n")
                raise psycopg.errors.QueryCanceled("given up")
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_cancel_ends_the_running_statement_only(open_place: Place) -> None:
    with open_place.connect() as connection, open_place.connect() as other:
        def cancel() -> None:
            open_place.wait_running("pg_sleep(31)")
            connection.cancel()

        canceller = threading.Thread(target=cancel)
        canceller.start()
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(31)")
        canceller.join()
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert other.execute("SELECT 2").fetchone() == (2,)


def test_parameter_status(open_place: Place) -> None:
    with open_place.connect() as connection:
        assert str(connection.info.parameter_status("server_version")).startswith("15.")
        assert connection.info.parameter_status("client_encoding") == "UTF8"
        assert connection.info.parameter_status("integer_datetimes") == "on"


async def test_many_asynchronous_sessions_do_not_meet(open_place: Place) -> None:
    async def work(number: int) -> list[tuple]:
        async with await psycopg.AsyncConnection.connect(open_place.dsn(), autocommit=True) as connection:
            await connection.execute("CREATE TEMP TABLE mine (n int)")
            async with connection.pipeline():
                for _ in range(20):
                    await connection.execute("INSERT INTO mine VALUES (%s)", [number])
            cursor = await connection.execute("SELECT DISTINCT n FROM mine")
            return await cursor.fetchall()

    results = await asyncio.gather(*(work(number) for number in range(40)))
    assert results == [[(number,)] for number in range(40)]
