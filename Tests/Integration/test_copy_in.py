"""Rows of COPY FROM STDIN: masked values and tokens do not come back in them, and everything else arrives."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
import pytest
from support.place import Place, denial, records

from devstack.wire import frame, query

SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, email text, card text, phone bigint, note text);
    INSERT INTO people
    SELECT n, 'secret' || n || '@example.com', '424242424242424' || n, 12025550100 + n, 'note' FROM generate_series(1, 5) AS n;
    CREATE TABLE plain (id int, note text);
"""
COLUMNS = {
    "public.people.email": ["pii"], "public.people.card": ["pci"], "public.people.phone": ["pii"],
}
RULES = [
    {"effect": "allow", "actions": ["read", "write", "ddl", "admin"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "tokenize"}},
    {"effect": "mask", "tags": ["pci"], "with": {"kind": "partial", "keep_last": 4}},
    {"effect": "mask", "detectors": ["us_ssn"], "with": {"kind": "redact", "text": "(ssn)"}},
]
NEW = (10, "new@example.com", "4000056655665556", 12025550999, "new")


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA, columns=COLUMNS)


@pytest.fixture(scope="module")
def shown(place: Place) -> tuple:
    with place.connect() as connection:
        return connection.execute("SELECT * FROM people WHERE id = 1").fetchone()


def copy(connection: psycopg.Connection, options: str, pieces: Iterable[bytes], columns: str = "") -> str:
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY people{columns} FROM STDIN {options}") as data:
            for piece in pieces:
                data.write(piece)
        return cursor.statusmessage


def refused(place: Place, options: str, pieces: Iterable[bytes], columns: str = "") -> str:
    """The code of the refusal; nothing has been written, and the session goes on."""
    with place.connect() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
            copy(connection, options, pieces, columns)
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (5,)
        return denial(caught.value)["code"]


def line(row: tuple, delimiter: str = "\t", end: str = "\n") -> bytes:
    return (delimiter.join(map(str, row)) + end).encode()


def with_value(row: tuple, index: int, value: object) -> tuple:
    return (*row[:index], value, *row[index + 1 :])


MASKED = {"email": 1, "card": 2, "phone": 3}
OPTIONS = {"text": ("", "\t"), "csv": ("(FORMAT csv)", ","), "header": ("(FORMAT csv, HEADER, DELIMITER ';')", ";")}


@pytest.mark.parametrize("column", MASKED)
@pytest.mark.parametrize("format", OPTIONS)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_masked_values_do_not_come_back(place: Place, shown: tuple, column: str, format: str, end: str) -> None:
    options, delimiter = OPTIONS[format]
    rows = [NEW, with_value((11, *NEW[1:]), MASKED[column], shown[MASKED[column]])]
    if format == "header":
        rows.insert(0, ("one", "two"))
    data = b"".join(line(row, delimiter, end) for row in rows)
    assert refused(place, options, [data]) == "masked_value_written"
    # In pieces of any size, and without the end of the last line.
    data = data.removesuffix(end.encode())
    assert refused(place, options, [data[at : at + 7] for at in range(0, len(data), 7)]) == "masked_value_written"


@pytest.mark.parametrize("column", MASKED)
def test_masked_values_do_not_come_back_in_binary(place: Place, shown: tuple, column: str) -> None:
    row = with_value(NEW, MASKED[column], shown[MASKED[column]])
    with place.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        with connection.cursor() as cursor, cursor.copy("COPY people FROM STDIN (FORMAT binary)") as data:
            data.set_types(["int4", "text", "text", "int8", "text"])
            data.write_row(NEW)
            data.write_row(with_value(row, 0, 11))
    assert denial(caught.value)["code"] == "masked_value_written"


def test_values_count_for_their_own_columns(place: Place, shown: tuple) -> None:
    """A listed column is what the list says; a token is no secret in a column that is not masked."""
    data = f"{shown[1]}\t20\n".encode()
    assert refused(place, "", [data], "(email, id)") == "masked_value_written"
    assert refused(place, "", [b"21\tsaid (ssn) to me\n"], "(id, note)") == "masked_value_written"
    with place.connect() as connection, connection.transaction(force_rollback=True):
        assert copy(connection, "", [f"{shown[1]}\t20\n".encode()], "(note, id)") == "COPY 1"


@pytest.mark.parametrize(
    ("options", "data"),
    [
        ("", line(NEW) + b"11\t\\N\t\\N\t\\N\ttab \\t and \\\\ and \\x41\n"),
        ("", line(NEW) + b"\\.\nwhat follows is read by nobody\n"),
        ("(FORMAT csv)", line(NEW, ",") + b'11,,"4000 ""x"" 5",,"two\nlines"\n'),
        ("(FORMAT csv)", line(NEW, ",") + b'11,a"b,c"d,,,\n'),
        ("(FORMAT csv, ESCAPE '\\')", line(NEW, ",") + b'11,"a\\"b",,,\n'),
        ("(FORMAT csv, HEADER)", b"anything\n" + line(NEW, ",")),
        ("(NULL 'x', DELIMITER '|')", line(NEW, "|") + b"11|x|x|x|x"),
    ],
)
def test_other_rows_arrive_as_they_are(place: Place, options: str, data: bytes) -> None:
    def rows_of(connection: psycopg.Connection, pieces: list[bytes]) -> tuple[str, int]:
        with connection.transaction(force_rollback=True):
            status = copy(connection, options, pieces)
            return status, connection.execute("SELECT count(*) FROM people WHERE id > 5").fetchone()[0]

    with place.direct() as straight, place.connect() as connection:
        wanted = rows_of(straight, [data])
        assert rows_of(connection, [data]) == wanted
        assert rows_of(connection, [data[at : at + 3] for at in range(0, len(data), 3)]) == wanted


def test_the_servers_own_errors_come_through(place: Place) -> None:
    with place.connect() as connection:
        with pytest.raises(psycopg.errors.UniqueViolation):
            copy(connection, "", [line(with_value(NEW, 0, 1))])
        with pytest.raises(psycopg.errors.UndefinedTable):
            with connection.cursor() as cursor, cursor.copy("COPY absent FROM STDIN") as data:
                data.write(b"1\n")
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_large_row_is_searched_as_it_comes(place: Place, shown: tuple) -> None:
    long = with_value(NEW, 4, "x" * 3_000_000)
    with place.connect() as connection, connection.transaction(force_rollback=True):
        assert copy(connection, "", [line(long)]) == "COPY 1"
    data = line(long) + line(with_value((11, *NEW[1:]), 1, shown[1])) + line(with_value(long, 0, 12))
    assert refused(place, "", [data]) == "masked_value_written"


def test_psql_is_told_and_goes_on(place: Place, shown: tuple) -> None:
    script = f"COPY people FROM STDIN;\n30\t{shown[1]}\t\\N\t\\N\t\\N\n\\.\nSELECT 'still here';\n"
    done = place.run("psql", "-XAt", text=script)
    assert "still here" in done.stdout and "masked" in done.stderr
    script = "COPY people FROM STDIN;\n30\tx@example.org\t\\N\t\\N\t\\N\n\\.\nDELETE FROM people WHERE id = 30;\n"
    done = place.run("psql", "-XAt", text=script)
    assert done.stdout.split("\n")[:2] == ["COPY 1", "DELETE 1"], done


def test_two_copies_in_one_text_are_searched_each_by_its_own(place: Place, shown: tuple) -> None:
    for second, status in [(f"41\t{shown[1]}\n".encode(), b"42501"), (b"41\tnew@example.com\n", b"")]:
        with place.wire() as wire:
            wire.send(query("BEGIN; COPY plain FROM STDIN; COPY people (id, email) FROM STDIN; ROLLBACK"))
            # Everything at once, as no driver does it.
            for data in (f"1\t{shown[1]}\n".encode(), second):
                wire.send(frame(b"d", data) + frame(b"c"))
            messages = wire.until_ready()
            errors = [body for kind, body in messages if kind == b"E"]
            assert len(errors) == (1 if status else 0) and all(status in body for body in errors), messages
            wire.run("ROLLBACK")


def test_rows_that_race_ahead_are_searched(place: Place, shown: tuple) -> None:
    with place.wire() as wire:
        wire.send(query("COPY people (id, email) FROM STDIN") + frame(b"d", f"50\t{shown[1]}\n".encode()) + frame(b"c"))
        kinds = [kind for kind, _ in wire.until_ready()]
        assert kinds.count(b"E") == 1 and b"C" not in kinds
    with place.direct() as straight:
        assert straight.execute("SELECT count(*) FROM people").fetchone() == (5,)


def test_the_refusal_is_recorded(place: Place, shown: tuple, admin) -> None:
    text = "COPY people (id, email) FROM STDIN (NULL 'recorded')"
    with place.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege), connection.cursor() as cursor:
        with cursor.copy(text) as data:
            data.write(f"60\t{shown[1]}\n".encode())
    (record,) = records(admin, place, text)
    assert record["error"]["sqlstate"] == "42501"


def test_the_limit_of_affected_rows_holds_for_copies(place_for) -> None:
    limited = place_for(
        [{"effect": "allow", "actions": ["read", "write"]}, {"effect": "limit", "max_affected_rows": 2}],
        schema="CREATE TABLE rows (n int)",
    )
    with limited.connect() as connection, connection.cursor() as cursor:
        with cursor.copy("COPY rows FROM STDIN") as data:
            data.write(b"1\n2\n")
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
            with cursor.copy("COPY rows FROM STDIN") as data:
                data.write(b"3\n4\n5\n")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            with cursor.copy("COPY rows FROM STDIN") as data:
                data.write(b"x\n")
        assert cursor.execute("SELECT count(*) FROM rows").fetchone() == (2,)


@pytest.mark.parametrize("options", ["", "(FORMAT csv)", "(FORMAT csv, HEADER)", "(FORMAT binary)"])
@pytest.mark.parametrize("masked", [False, True], ids=["passed", "masked"])
def test_the_limit_of_rows_holds_for_copies_out(place_for, options: str, masked: bool) -> None:
    rules = [{"effect": "allow", "actions": ["read"]}, {"effect": "limit", "max_rows": 3}]
    if masked:
        rules.append({"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}})
    limited = place_for(
        rules, schema="CREATE TABLE rows AS SELECT n, 'x' || n AS t FROM generate_series(1, 9) AS n",
        columns={"public.rows.t": ["pii"]},
    )
    with limited.connect() as connection, connection.cursor() as cursor:
        for count in (0, 3):
            with cursor.copy(f"COPY (SELECT n, t FROM rows LIMIT {count}) TO STDOUT {options}") as data:
                read = b"".join(data)
            assert cursor.rowcount == count and (read or not count)
        with pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
            with cursor.copy(f"COPY (SELECT n, t FROM rows LIMIT 4) TO STDOUT {options}") as data:
                b"".join(data)
        assert cursor.execute("SELECT 1").fetchone() == (1,)
