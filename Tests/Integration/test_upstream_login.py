"""How the agent logs in to the resource: each way of PostgreSQL's, with and without TLS."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from support.place import ALLOW_ALL, Place

from devstack.api import API
from devstack.demo import put_resource

WAYS = {"scram-sha-256": "scram-sha-256", "md5": "md5", "password": "scram-sha-256", "reject": "scram-sha-256"}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, place_for) -> Iterator[tuple[str, Place]]:
    """A place whose role the server lets in by this method only."""
    place = place_for(ALLOW_ALL)
    postgres = place.stack.postgres
    rules = postgres.directory / "pg_hba.conf"
    before = rules.read_text()
    with postgres.connect() as connection:
        connection.execute(sql.SQL("SET password_encryption = {}").format(WAYS[request.param]))
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(place.name), place.upstream_password)
        )
        rules.write_text(f'host all "{place.name}" 127.0.0.1/32 {request.param}\n{before}')
        connection.execute("SELECT pg_reload_conf()")
        yield request.param, place
        rules.write_text(before)
        connection.execute("SELECT pg_reload_conf()")


def outcome(place: Place) -> bool | None:
    """Whether the server sees TLS; None when there is no session."""
    try:
        with place.connect() as connection:
            row = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
            return row[0] if row else None
    except psycopg.OperationalError as refused:
        assert "pg_hba" not in str(refused), "the client is told about the server's configuration"
        return None


@pytest.mark.parametrize("tls", ["disable", "require", "verify-ca", "verify-full"])
def test_the_agent_logs_in(way: tuple[str, Place], admin: API, tls: str) -> None:
    method, place = way
    resource = place.resource(tls=tls)
    if tls in ("disable", "require"):
        del resource["endpoint"]["ca_pem"]
    put_resource(admin, resource)
    # The password itself goes out under TLS only.
    refused = method == "reject" or (method, tls) == ("password", "disable")
    expected = None if refused else tls != "disable"
    # The change takes up to a second to reach the agent.
    deadline = time.monotonic() + 20
    while (seen := outcome(place)) != expected:
        assert time.monotonic() < deadline, f"{method} with tls {tls}: {seen}"
        time.sleep(0.1)
