"""What policy decides is what the client sees: refusals, holds, tickets and limits."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import pq
from support.place import Place, decide, denial, pending, records

from devstack import wire
from devstack.api import API, APIError

SCHEMA = """
    CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL, price int NOT NULL);
    INSERT INTO items SELECT n, 'item ' || n, n * 10 FROM generate_series(1, 100) AS n;
"""


def approval(**changes: Any) -> dict[str, Any]:
    return {"reviewers": ["dba"], "required": 1, "timeout": "1m", "mode": "hold", "reuse": "once"} | changes


def held_writes(**changes: Any) -> list[dict[str, Any]]:
    return [
        {"effect": "allow", "actions": ["read"]},
        {"effect": "require_approval", "actions": ["write"], "approval": approval(**changes)},
    ]


class InBackground:
    """A call on a thread of its own, with its result or its error."""

    def __init__(self, body: Callable[[], Any]) -> None:
        self._body = body
        self._result: Any = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._body()
        except BaseException as error:  # handed to the caller of result()
            self._error = error

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def result(self) -> Any:
        self._thread.join(20)
        assert not self._thread.is_alive(), "the statement still waits"
        if self._error:
            raise self._error
        return self._result


@contextlib.contextmanager
def holding(reviewer: API, place: Place, body: Callable[[], Any]) -> Iterator[tuple[InBackground, dict[str, Any]]]:
    """A call whose statement is held, and the approval that it waits for; denied in the end when still undecided."""
    call = InBackground(body)
    found = pending(reviewer, place)
    try:
        yield call, found
    finally:
        if call.is_running:
            with contextlib.suppress(APIError):
                decide(reviewer, found, "deny")


@pytest.fixture(scope="module")
def reader(place_for) -> Place:
    rules = [
        {"effect": "allow", "actions": ["read"]},
        {"effect": "deny", "actions": ["ddl"], "reason": "schema changes go through migrations"},
        {"effect": "deny", "conditions": ["missing_where"]},
    ]
    return place_for(rules, schema=SCHEMA)


@pytest.fixture(scope="module")
def writer(place_for) -> Place:
    return place_for(held_writes(), schema=SCHEMA)


# Refusals


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE items", "DELETE FROM items WHERE id = 1", "UPDATE items SET price = 0", "TRUNCATE items",
        "SELECT 1; DROP TABLE items", "COPY items TO PROGRAM 'cat'",
        "WITH x AS (DELETE FROM items RETURNING *) TABLE x",
        "DO $$ BEGIN DELETE FROM items; END $$", "SET ROLE postgres", "SELECT pg_read_file('/etc/passwd')",
        "EXPLAIN ANALYZE DELETE FROM items WHERE id = 1", "PREPARE p AS DELETE FROM items WHERE id = 1",
        "SELECT * FROM items FOR UPDATE", "CREATE TABLE copy AS SELECT * FROM items", "COPY items FROM STDIN",
    ],
)
def test_what_is_not_allowed_is_refused_and_the_session_lives_on(reader: Place, statement: str) -> None:
    with reader.connect() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (100,)


def test_a_refusal_says_what_why_and_what_next(reader: Place) -> None:
    with reader.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        connection.execute("DROP TABLE items")
    said = denial(caught.value)
    assert (said["code"], said["reason"]) == ("policy_denied", "denied_by_rule")
    assert (said["actions"], said["tables"]) == (["ddl"], ["public.items"])
    assert said["rules"] == [{"policy": reader.name, "rule": 1, "reason": "schema changes go through migrations"}]
    assert "schema changes go through migrations" in str(caught.value.diag.message_primary)
    assert caught.value.diag.severity_nonlocalized == "ERROR"


def test_execute_does_what_was_prepared(reader: Place) -> None:
    with reader.connect() as connection:
        connection.execute("PREPARE by_id (int) AS SELECT name FROM items WHERE id = $1", prepare=False)
        assert connection.execute("EXECUTE by_id (1)", prepare=False).fetchone() == ("item 1",)
        # What stands behind the name by the time it runs is what counts, in the extended protocol as well.
        raw = connection.pgconn
        assert raw.prepare(b"later", b"EXECUTE by_id (1)").status == pq.ExecStatus.COMMAND_OK
        assert raw.exec_prepared(b"later", []).get_value(0, 0) == b"item 1"
        connection.execute("DEALLOCATE by_id", prepare=False)
        connection.execute("PREPARE by_id (int) AS SELECT upper(name) FROM items WHERE id = $1", prepare=False)
        assert raw.exec_prepared(b"later", []).get_value(0, 0) == b"ITEM 1"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("PREPARE gone AS DELETE FROM items WHERE id = 1", prepare=False)
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            connection.execute("EXECUTE gone", prepare=False)


def test_a_prepared_statement_is_refused_in_the_extended_protocol(reader: Place) -> None:
    with reader.connect() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM items WHERE id = %s", [1], prepare=True)
        assert connection.execute("SELECT name FROM items WHERE id = %s", [1], prepare=True).fetchone() == ("item 1",)


def test_a_refusal_in_a_pipeline_skips_to_the_sync(reader: Place) -> None:
    with reader.wire() as session:
        session.send(
            b"".join([
                wire.parse("SELECT 1"), wire.bind(), wire.execute(),
                wire.parse("DELETE FROM items WHERE id = 1"), wire.bind(), wire.execute(),
                wire.parse("SELECT 2"), wire.bind(), wire.execute(), wire.SYNC,
            ])
        )
        kinds = b"".join(kind for kind, _ in session.until_ready())
    assert kinds in (b"12DCEZ", b"12DC1EZ", b"12DC12EZ")
    assert kinds.count(b"D") == 1


def test_a_refusal_inside_a_transaction_aborts_the_block(reader: Place) -> None:
    with psycopg.connect(reader.dsn()) as connection:
        connection.execute("SELECT 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE items")
        with pytest.raises(psycopg.errors.InFailedSqlTransaction):
            connection.execute("SELECT 1")
        connection.rollback()
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (100,)


def test_commit_of_an_aborted_block_rolls_back_upstream(place_for) -> None:
    place = place_for([{"effect": "allow", "actions": ["read", "write"]}], schema=SCHEMA)
    with place.connect() as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE items SET price = -1 WHERE id = 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE items")
        assert connection.execute("COMMIT").statusmessage == "ROLLBACK"
        assert connection.execute("SELECT price FROM items WHERE id = 1").fetchone() == (10,)


def test_rows_that_a_foreign_key_would_delete_are_protected_too(place_for) -> None:
    place = place_for(
        [{"effect": "allow", "actions": ["read", "write"]},
         {"effect": "deny", "actions": ["write"], "tables": ["public.payments"]}],
        schema="""
            CREATE TABLE orders (id int PRIMARY KEY);
            CREATE TABLE payments (id int, order_id int REFERENCES orders ON DELETE CASCADE);
            INSERT INTO orders VALUES (1), (2);
            INSERT INTO payments VALUES (1, 1);
        """,
    )  # fmt: skip
    with place.connect() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM orders WHERE id = 1")
        connection.execute("UPDATE orders SET id = 3 WHERE id = 2")
        assert connection.execute("SELECT count(*) FROM payments").fetchone() == (1,)


def test_a_text_that_does_not_parse_is_refused(reader: Place) -> None:
    with reader.connect() as connection:
        with pytest.raises((psycopg.errors.SyntaxError, psycopg.errors.InsufficientPrivilege)):
            connection.execute("SELEC 1")
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_function_call_message_is_refused(reader: Place) -> None:
    with reader.wire() as session:
        session.send(wire.frame(b"F", b"\0\0\5\x17\0\0\0\0\0\0"))
        kinds = [kind for kind, _ in session.until_ready()]
        assert kinds == [b"E", b"Z"]
        session.run("SELECT 1")


# Holds


def test_a_held_statement_runs_when_it_is_approved(writer: Place, reviewer: API) -> None:
    notices: list[str] = []
    with writer.connect() as connection:
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
        statement = "UPDATE items SET price = 11 WHERE id = %s"
        with holding(reviewer, writer, lambda: connection.execute(statement, [1]).rowcount) as (call, found):
            assert found["subject"]["hold"]["statement"] == "UPDATE items SET price = 11 WHERE id = $1"
            assert found["subject"]["hold"]["parameters"] == ["1"]
            assert found["subject"]["hold"]["tables"] == ["public.items"]
            assert found["requested_by"]["name"] == writer.principal
            assert call.is_running
            with writer.direct() as direct:
                assert direct.execute("SELECT price FROM items WHERE id = 1").fetchone() == (10,)
            decide(reviewer, found, "approve")
            assert call.result() == 1
    assert any(found["url"] in notice for notice in notices), notices
    with writer.direct() as direct:
        assert direct.execute("SELECT price FROM items WHERE id = 1").fetchone() == (11,)


def test_a_held_statement_of_the_simple_protocol_too(writer: Place, reviewer: API) -> None:
    with writer.wire() as session:
        session.send(wire.query("UPDATE items SET price = 21 WHERE id = 2"))
        decide(reviewer, pending(reviewer, writer), "approve")
        tags = [body for kind, body in session.until_ready() if kind == b"C"]
    assert tags == [b"UPDATE 1\0"]


def test_a_denied_hold_is_an_error_and_nothing_ran(writer: Place, reviewer: API) -> None:
    with writer.connect() as connection:
        statement = "UPDATE items SET price = 0 WHERE id = 3"
        with holding(reviewer, writer, lambda: connection.execute(statement)) as (call, found):
            decide(reviewer, found, "deny")
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="denied"):
                call.result()
        assert connection.execute("SELECT price FROM items WHERE id = 3").fetchone() == (30,)


def test_a_hold_that_nobody_decides_times_out(place_for, reviewer: API) -> None:
    place = place_for(held_writes(timeout="2s"), schema=SCHEMA)
    with place.connect() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="timed out|expired"):
            connection.execute("UPDATE items SET price = 0 WHERE id = 1")
        assert connection.execute("SELECT price FROM items WHERE id = 1").fetchone() == (10,)
    assert not list(reviewer.items("/v1/approvals", status="pending", resource=place.name))


def test_cancel_ends_a_hold(writer: Place, reviewer: API) -> None:
    with writer.connect() as connection:
        statement = "UPDATE items SET price = 0 WHERE id = 4"
        with holding(reviewer, writer, lambda: connection.execute(statement)) as (call, found):
            connection.cancel()
            with pytest.raises(psycopg.errors.QueryCanceled):
                call.result()
        assert connection.execute("SELECT price FROM items WHERE id = 4").fetchone() == (40,)
    reviewer.wait_for(f"/v1/approvals/{found['id']}", lambda one: one["status"] == "cancelled")


def test_a_client_that_leaves_while_held_cancels_the_hold(writer: Place, reviewer: API) -> None:
    session = writer.wire()
    session.send(wire.query("UPDATE items SET price = 0 WHERE id = 5"))
    found = pending(reviewer, writer)
    session.close()
    reviewer.wait_for(f"/v1/approvals/{found['id']}", lambda one: one["status"] == "cancelled")
    with writer.direct() as direct:
        assert direct.execute("SELECT price FROM items WHERE id = 5").fetchone() == (50,)


def test_others_go_on_while_one_is_held(writer: Place, reviewer: API) -> None:
    with writer.connect() as held, writer.connect() as other:
        statement = "UPDATE items SET price = 61 WHERE id = 6"
        with holding(reviewer, writer, lambda: held.execute(statement).rowcount) as (call, found):
            assert other.execute("SELECT count(*) FROM items").fetchone() == (100,)
            decide(reviewer, found, "approve")
            assert call.result() == 1


def test_nobody_approves_their_own_statement(stack, writer: Place, reviewer: API) -> None:
    with writer.connect() as connection:
        statement = "UPDATE items SET price = 0 WHERE id = 7"
        with holding(reviewer, writer, lambda: connection.execute(statement)) as (call, found):
            own = stack.api(writer.key).http
            response = own.post(f"/v1/approvals/{found['id']}/decision", json={"decision": "approve"})
            assert response.status_code in (403, 404)
            assert call.is_running


# Tickets


def test_a_ticket_is_refused_at_once_and_runs_once_after_the_approval(place_for, reviewer: API) -> None:
    place = place_for(held_writes(mode="ticket"), schema=SCHEMA)
    statement, parameters = "UPDATE items SET price = price + 1 WHERE id = %s", [1]
    with place.connect() as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
            connection.execute(statement, parameters)
        found = pending(reviewer, place)
        assert found["id"] in str(denial(caught.value))
        decide(reviewer, found, "approve")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement, [2])
        assert connection.execute(statement, parameters).rowcount == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement, parameters)
        assert connection.execute("SELECT price FROM items WHERE id = 1").fetchone() == (11,)


@pytest.mark.slow
def test_an_approved_ticket_runs_once_however_many_ask(place_for, reviewer: API) -> None:
    place = place_for(held_writes(mode="ticket"), schema=SCHEMA)
    statement = "UPDATE items SET price = price + 1 WHERE id = 1"
    with place.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)
    decide(reviewer, pending(reviewer, place), "approve")

    def attempt() -> bool:
        try:
            with place.connect() as connection:
                return connection.execute(statement).rowcount == 1
        except psycopg.errors.InsufficientPrivilege:
            return False

    assert sum(call.result() for call in [InBackground(attempt) for _ in range(12)]) == 1
    with place.direct() as direct:
        assert direct.execute("SELECT price FROM items WHERE id = 1").fetchone() == (11,)


# Limits


def test_more_rows_than_the_limit_are_an_error(place_for) -> None:
    rules = [{"effect": "allow", "actions": ["read"]}, {"effect": "limit", "max_rows": 10}]
    place = place_for(rules, schema=SCHEMA)
    with place.connect() as connection:
        assert len(connection.execute("SELECT * FROM items LIMIT 10").fetchall()) == 10
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT * FROM items").fetchall()
        assert connection.execute("SELECT count(*) FROM items").fetchone() == (100,)


def test_more_affected_rows_than_the_limit_change_nothing(place_for) -> None:
    rules = [{"effect": "allow", "actions": ["read", "write"]}, {"effect": "limit", "max_affected_rows": 5}]
    place = place_for(rules, schema=SCHEMA)
    with place.connect() as connection:
        assert connection.execute("UPDATE items SET price = 1 WHERE id <= 5").rowcount == 5
        with pytest.raises(psycopg.Error):
            connection.execute("UPDATE items SET price = 2 WHERE id <= 6")
        assert connection.execute("SELECT count(*) FROM items WHERE price = 2").fetchone() == (0,)


def test_the_statement_timeout_of_the_policy_holds(place_for) -> None:
    rules = [
        {"effect": "allow", "actions": ["read", "write", "ddl", "admin"]},
        {"effect": "limit", "statement_timeout": "1s"},
    ]
    place = place_for(rules)
    with place.connect() as connection:
        began = time.monotonic()
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(20)")
        assert time.monotonic() - began < 10
        connection.execute("SET statement_timeout = 0")
        with pytest.raises(psycopg.errors.QueryCanceled):
            connection.execute("SELECT pg_sleep(20)")
        assert connection.execute("SELECT 1").fetchone() == (1,)


# The record of it


def test_every_outcome_is_on_record(reader: Place, admin: API, writer: Place, reviewer: API) -> None:
    with writer.connect() as connection:
        statement = "UPDATE items SET price = 81 WHERE id = 8"
        with holding(reviewer, writer, lambda: connection.execute(statement)) as (call, found):
            decide(reviewer, found, "approve")
            call.result()
    held = records(admin, writer, statement)
    assert [(one["decision"], one["actions"], one["rows"]) for one in held] == [("hold", ["write"], 1)]
    assert held[0]["approvals"] and held[0]["receipt"]
    with reader.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("DROP TABLE items")
    denied = records(admin, reader, "DROP TABLE items")
    assert {(one["decision"], one["error"]["sqlstate"]) for one in denied} == {("deny", "42501")}
