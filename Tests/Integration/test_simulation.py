"""Random conversations: through the agent they read as they do straight, and what policy refuses never happens in any of them.

Each is made from a seed, which a failure names. SALLYPORT_TEST_SEED is where they begin, SALLYPORT_TEST_SEEDS how many there are.
"""

from __future__ import annotations

import contextlib
import os
import random
import time

import pytest
from support.place import ALLOW_ALL, Place
from support.scenario import Scenario, cancel, play, scenario

from devstack import wire

FIRST = int(os.environ.get("SALLYPORT_TEST_SEED", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("SALLYPORT_TEST_SEEDS", "150")))
SCHEMA = "CREATE TABLE kept (a int); INSERT INTO kept VALUES (1), (2), (3);"
OWN_TABLE = "CREATE TEMP TABLE t (a int)"
SESSIONS = "SELECT state, query FROM pg_stat_activity WHERE usename = %s AND application_name = 'simulation'"


def through(place: Place) -> wire.Wire:
    session = place.wire()
    session.run(OWN_TABLE)
    session.run("SET application_name = 'simulation'")
    return session


def straight(place: Place) -> wire.Wire:
    session = wire.Wire.login(place.stack.postgres.port, place.name, place.upstream_password, place.name)
    session.run(OWN_TABLE)
    session.run("SET application_name = 'simulation'")
    return session


def kept(place: Place) -> list[int]:
    with place.direct() as connection:
        return [row[0] for row in connection.execute("SELECT a FROM kept ORDER BY a")]


def test_answers_as_the_server_does(place_for) -> None:
    place = place_for(ALLOW_ALL, schema=SCHEMA)
    for seed in SEEDS:
        asked = scenario(seed, writes=False)
        with straight(place) as session:
            expected = play(session, asked)
        with through(place) as session:
            assert play(session, asked) == expected, f"seed {seed}: the agent answers otherwise than the server"


def test_what_policy_refuses_never_happens(place_for) -> None:
    # `ddl` for the session's own table.
    place = place_for([{"effect": "allow", "actions": ["read", "ddl"]}], schema=SCHEMA)
    before = kept(place)
    for seed in SEEDS:
        with through(place) as session:
            play(session, scenario(seed, writes=True))
        assert kept(place) == before, f"seed {seed}: a refused statement ran"


def test_the_same_conversations_write_where_they_may(place_for) -> None:
    """Else the test before could not fail."""
    place = place_for(ALLOW_ALL, schema=SCHEMA)
    before = kept(place)
    for seed in SEEDS[:20]:
        with through(place) as session:
            play(session, scenario(seed, writes=True))
    assert kept(place) != before


def test_deaths_and_cancels_leave_nothing_behind(place_for) -> None:
    place = place_for(ALLOW_ALL, schema=SCHEMA)
    agent = place.agent.service.pid
    for seed in SEEDS:
        chance = random.Random(seed)
        asked = scenario(seed, writes=True)
        with through(place) as session, contextlib.suppress(OSError, wire.ConnectionEnded):
            if chance.random() < 0.5:
                _die(session, asked, chance.randrange(len(asked.pieces)))
            else:
                cancel(place.agent.port, session)
                play(session, asked)
        assert place.agent.service.pid == agent, f"seed {seed}: the agent died"
    deadline = time.monotonic() + 20
    with place.stack.postgres.connect() as connection:
        while left := connection.execute(SESSIONS, [place.name]).fetchall():
            assert time.monotonic() < deadline, f"sessions whose clients are gone still hold connections: {left}"
            time.sleep(0.1)
    with through(place) as session:
        assert session.run("SELECT 1")


def _die(session: wire.Wire, asked: Scenario, at: int) -> None:
    for piece in asked.pieces[:at]:
        session.send(piece)
    session.close()
