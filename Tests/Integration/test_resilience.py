"""What goes on when a part does not: a killed agent, an absent control plane, hundreds of sessions at once."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import signal
import threading

import psycopg
import pytest
from support.place import ALLOW_ALL, Place, records, wait_served

from devstack import wire
from devstack.api import API
from devstack.processes import is_listening, resident_bytes, wait_until

pytestmark = pytest.mark.slow


def test_a_killed_agent_loses_no_statement_that_it_acknowledged(own_agent, place_for, admin: API) -> None:
    agent = own_agent()
    schema = "CREATE TABLE log (worker int, number int, PRIMARY KEY (worker, number));"
    place = place_for(ALLOW_ALL, agent=agent, schema=schema)
    acknowledged: set[str] = set()
    lock = threading.Lock()

    def work(worker: int) -> None:
        with contextlib.suppress(psycopg.Error):
            with place.connect() as connection:
                for number in range(100_000):
                    text = f"INSERT INTO log VALUES ({worker}, {number})"
                    connection.execute(text.encode())
                    with lock:
                        acknowledged.add(text)

    workers = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for worker in workers:
        worker.start()
    wait_until(lambda: len(acknowledged) > 2000, "a load of 2,000 statements")
    agent.service.kill()
    for worker in workers:
        worker.join(20)
    agent.start(admin)
    wait_served(place)
    with place.direct() as direct:
        ran = {f"INSERT INTO log VALUES ({a}, {b})" for a, b in direct.execute("SELECT worker, number FROM log")}
    assert acknowledged <= ran

    def recorded() -> set[str]:
        return {
            one["text"]
            for session in admin.items("/v1/sessions", resource=place.name)
            for one in admin.items(f"/v1/sessions/{session['id']}/statements", page_size=200)
        }

    wait_until(lambda: ran <= recorded(), "the upload of the records of all that ran", seconds=60)

    def finished() -> set[str]:
        return {one["text"] for one in records(admin, place, count=0, seconds=0)}

    wait_until(lambda: acknowledged <= finished(), "the ends of all that was acknowledged", seconds=60)

    def states() -> set[str]:
        return {one["status"] for one in admin.items("/v1/sessions", resource=place.name) if one["statements"] > 100}

    # The agent says that it began anew behind all that was left in the spool.
    wait_until(lambda: states() == {"interrupted"}, "the sessions to read as interrupted")


def test_statements_go_on_while_the_control_plane_stands_still(stack, open_place: Place, admin: API) -> None:
    with open_place.connect() as connection:
        connection.execute("SELECT 1")
        stack.control_plane.signal(signal.SIGSTOP)
        try:
            for number in range(300):
                assert connection.execute("SELECT %s::int", [number]).fetchone() == (number,)
            with open_place.connect() as fresh:
                assert fresh.execute("SELECT 'new session'").fetchone() == ("new session",)
        finally:
            stack.control_plane.signal(signal.SIGCONT)
    wait_until(
        lambda: records(admin, open_place, "SELECT 'new session'", seconds=0) != [],
        "the upload of what was recorded meanwhile",
        seconds=30,
    )


def test_what_needs_approval_is_refused_without_the_control_plane(place_for, stack) -> None:
    rules = [
        {"effect": "allow", "actions": ["read"]},
        {
            "effect": "require_approval",
            "actions": ["write"],
            "approval": {"reviewers": ["dba"], "required": 1, "timeout": "1m", "mode": "hold", "reuse": "once"},
        },
    ]
    place = place_for(rules, schema="CREATE TABLE t (id int);")
    with place.connect() as connection:
        connection.execute("SELECT 1")
        stack.control_plane.signal(signal.SIGSTOP)
        try:
            with pytest.raises(psycopg.Error):
                connection.execute("INSERT INTO t VALUES (1)")
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
        finally:
            stack.control_plane.signal(signal.SIGCONT)


def test_an_agent_starts_again_without_the_control_plane(own_agent, place_for, stack, admin: API) -> None:
    agent = own_agent()
    place = place_for(ALLOW_ALL, agent=agent)
    # It serves a configuration a moment before that is on disk; this question comes through the same stream behind it.
    question = {"principal": place.principal, "resource": place.name, "statement": "SELECT 1"}
    admin.post("/v1/policies/evaluate", question)
    agent.service.stop()
    stack.control_plane.signal(signal.SIGSTOP)
    try:
        agent.start_alone()
        wait_served(place, seconds=10)
        with place.connect() as connection:
            assert connection.execute("SELECT 'from the last configuration'").fetchone()
    finally:
        stack.control_plane.signal(signal.SIGCONT)


def test_sigterm_lets_running_statements_finish(own_agent, place_for) -> None:
    agent = own_agent()
    place = place_for(ALLOW_ALL, agent=agent)
    result: list[tuple | None] = []

    def run() -> None:
        with place.connect() as connection:
            result.append(connection.execute("SELECT 'finished' FROM pg_sleep(2)").fetchone())

    thread = threading.Thread(target=run)
    thread.start()
    place.wait_running("pg_sleep(2)")
    agent.service.stop(seconds=20)
    thread.join(20)
    assert result == [("finished",)]


def test_a_login_that_is_under_way_does_not_hold_up_the_end(own_agent, place_for) -> None:
    agent = own_agent()
    place = place_for(ALLOW_ALL, agent=agent)
    running = threading.Thread(target=lambda: place.run("psql", "-XAtc", "SELECT pg_sleep(4)"))
    session = wire.Wire.connect(agent.port)
    try:
        session.send(wire.startup({"user": place.principal, "database": place.name}))
        assert session.receive(1) == b"R"
        running.start()
        place.wait_running("pg_sleep(4)")
        agent.service.signal(signal.SIGTERM)
        wait_until(lambda: not is_listening(agent.port), "the end of the listener")
        session.send(wire.frame(b"p", place.key.encode() + b"\0"))
        # Sessions have 20 s to end what they do, which this one has not begun.
        wait_until(lambda: agent.service.pid is None, "the end of the agent", seconds=15)
    finally:
        session.close()
        running.join(30)


async def test_500_sessions_never_see_each_other(open_place: Place) -> None:
    """Each session asks for values that only it could have asked for, in pipelines, TLS and clear text mixed."""

    async def session(number: int) -> int:
        dsn = open_place.dsn("verify-full" if number % 2 else "disable")
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            seen = 0
            for step in range(4):
                async with connection.pipeline():
                    cursors = [
                        await connection.execute(
                            "SELECT %s::int, repeat(md5(%s::text), %s::int)",
                            [number, f"{number}/{step}/{part}", 1 + (number * 31 + part) % 300],
                            binary=bool(part % 2),
                        )
                        for part in range(5)
                    ]
                    for part, cursor in enumerate(cursors):
                        assert await cursor.fetchone() == (number, expected(f"{number}/{step}/{part}", number, part))
                        seen += 1
            return seen

    gate = asyncio.Semaphore(60)

    async def gated(number: int) -> int:
        async with gate:
            return await session(number)

    held = [open_place.wire() for _ in range(440)]
    try:
        assert await asyncio.gather(*(gated(number) for number in range(500))) == [20] * 500
        for number, one in enumerate(held):
            rows = [body for kind, body in one.run(f"SELECT 'held {number}'") if kind == b"D"]
            assert rows[0].endswith(f"held {number}".encode())
    finally:
        for one in held:
            one.close()


def expected(text: str, number: int, part: int) -> str:
    return hashlib.md5(text.encode()).hexdigest() * (1 + (number * 31 + part) % 300)


def test_a_slow_reader_holds_up_nobody_and_costs_no_memory(open_place: Place) -> None:
    agent = open_place.agent.service.pid
    assert agent
    before = resident_bytes(agent)
    with open_place.wire() as slow:
        slow.send(wire.query("SELECT repeat('x', 10000) FROM generate_series(1, 100000)"))
        with open_place.connect() as other:
            for _ in range(200):
                other.execute("SELECT 1")
        assert resident_bytes(agent) - before < 32 << 20
