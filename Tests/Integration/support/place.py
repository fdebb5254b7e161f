"""A place of one's own for a test: a database, a resource, a policy, and an account with a key."""

from __future__ import annotations

import json
import os
import secrets
import ssl
import subprocess
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import psycopg

from devstack import wire
from devstack.api import API
from devstack.demo import put_resource
from devstack.postgres import wait_login
from devstack.processes import wait_until
from devstack.stack import Agent, Stack

ALLOW_ALL: list[dict[str, Any]] = [{"effect": "allow", "actions": ["read", "write", "ddl", "admin"]}]


@dataclass(frozen=True)
class Place:
    """Everything bears the same random name, so that tests never meet."""

    name: str
    key: str
    agent: Agent
    stack: Stack
    upstream_password: str

    @property
    def principal(self) -> str:
        return self.name

    def dsn(self, sslmode: str = "verify-full", token: str | None = None, database: str | None = None) -> str:
        """The way through the agent."""
        return psycopg.conninfo.make_conninfo(
            host="localhost",
            port=self.agent.port,
            user=self.principal,
            password=token or self.key,
            dbname=database or self.name,
            sslmode=sslmode,
            sslrootcert=str(self.stack.settings.ca_file),
            connect_timeout=30,
        )

    def wait_running(self, text: str) -> None:
        """Returns when the server runs a statement of this place with that in it."""
        question = "SELECT 1 FROM pg_stat_activity WHERE usename = %s AND state = 'active' AND strpos(query, %s) > 0"
        with self.stack.postgres.connect() as connection:
            wait_until(lambda: connection.execute(question, [self.name, text]).fetchone() is not None, f"the run of {text}")

    @property
    def direct_dsn(self) -> str:
        """The way around it, as the same upstream role."""
        return self.stack.postgres.dsn(self.name, self.name, self.upstream_password)

    def url(self, scheme: str = "postgresql") -> str:
        return f"{scheme}://{self.principal}:{self.key}@localhost:{self.agent.port}/{self.name}"

    @property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.stack.settings.ca_file))

    def connect(self, **options: Any) -> psycopg.Connection:
        return psycopg.connect(self.dsn(), autocommit=True, **options)

    def direct(self) -> psycopg.Connection:
        return psycopg.connect(self.direct_dsn, autocommit=True)

    def wire(self) -> wire.Wire:
        """In the clear, on the loopback listener that permits it."""
        return wire.Wire.login(self.agent.port, self.principal, self.key, self.name)

    def environment(self, direct: bool = False) -> dict[str, str]:
        """For programs on libpq."""
        values = psycopg.conninfo.conninfo_to_dict(self.direct_dsn if direct else self.dsn())
        names = {
            "host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
            "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT",
        }
        chosen = {names[name]: str(value) for name, value in values.items() if name in names}
        return os.environ | {"LC_ALL": "C.UTF-8", "PGTZ": "UTC"} | chosen

    def run(self, *command: str, text: str | None = None, direct: bool = False) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.environment(direct), input=text, capture_output=True, text=True, timeout=90
        )

    def policy(self, rules: list[dict[str, Any]], groups: list[str] | None = None) -> dict[str, Any]:
        return {
            "name": self.name,
            "enabled": True,
            "subjects": {"groups": groups or [self.name]},
            "resources": {"names": [self.name]},
            "access": "standing",
            "rules": rules,
        }

    def resource(self, **endpoint: Any) -> dict[str, Any]:
        return {
            "name": self.name,
            "protocol": "postgres",
            "labels": {"env": "test"},
            "endpoint": {
                "host": "localhost",
                "port": self.stack.postgres.port,
                "database": self.name,
                "tls": "verify-full",
                "ca_pem": self.stack.settings.ca_file.read_text(),
            }
            | endpoint,
            "credential": {
                "mode": "static", "username": self.name, "password": {"value": self.upstream_password},
            },
            "agent": self.agent.name,
        }


def make_place(
    stack: Stack,
    admin: API,
    rules: list[dict[str, Any]],
    agent: Agent | None = None,
    kind: str = "ai_agent",
    schema: str = "",
    columns: dict[str, list[str]] | None = None,
    wait: bool = True,
) -> Place:
    """Makes one and returns when the agent serves it. `schema` is run as the upstream role, which owns the database."""
    name = f"t-{secrets.token_hex(5)}"
    password = secrets.token_urlsafe(18)
    stack.postgres.ensure_role(name, password)
    stack.postgres.ensure_database(name, owner=name)
    admin.post("/v1/service-accounts", {"name": name, "kind": kind, "groups": [name]})
    place = Place(name, "", agent or stack.agent, stack, password)
    if schema:
        with place.direct() as connection:
            connection.execute(schema.encode())
    admin.put(f"/v1/policies/{name}", place.policy(rules))
    put_resource(admin, place.resource())
    if columns:
        items = [{"column": column, "tags": tags} for column, tags in columns.items()]
        admin.put(f"/v1/resources/{name}/columns", {"items": items})
    # Last: a login with it means that the agent has all that came before.
    place = replace(place, key=admin.post(f"/v1/service-accounts/{name}/keys")["secret"])
    if wait:
        wait_served(place)
    return place


def wait_served(place: Place, seconds: float = 20) -> None:
    """Changes reach the agent in their order, so that a login with the newest key means all before it is there."""
    wait_login(place.dsn(), seconds)


def records(
    admin: API, place: Place, text: str | None = None, count: int = 1, seconds: float = 30
) -> list[dict[str, Any]]:
    """The finished statements of a place in their order, as soon as `count` of them are there (with that text)."""
    end = time.monotonic() + seconds
    while True:
        found: list[dict[str, Any]] = []
        for session in admin.items("/v1/sessions", resource=place.name):
            found += admin.items(f"/v1/sessions/{session['id']}/statements", page_size=200)
        finished = (one for one in found if one.get("finished_at"))
        # As times: the texts have no more digits than they need, and do not sort.
        found = sorted(finished, key=lambda one: datetime.fromisoformat(one["started_at"]))
        wanted = [one for one in found if text is None or one["text"] == text]
        if len(wanted) >= count or time.monotonic() > end:
            return wanted
        time.sleep(0.1)


def denial(error: psycopg.Error) -> dict[str, Any]:
    """The JSON in the DETAIL of a refusal."""
    assert error.diag.message_detail, error
    return json.loads(error.diag.message_detail)


def pending(reviewer: API, place: Place, seconds: float = 30) -> dict[str, Any]:
    """The approval that a held statement of that place waits for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for approval in reviewer.items("/v1/approvals", status="pending", resource=place.name):
            return approval
        time.sleep(0.05)
    raise AssertionError(f"no approval came up for {place.name}")


def decide(reviewer: API, approval: dict[str, Any], decision: str) -> None:
    reviewer.post(f"/v1/approvals/{approval['id']}/decision", {"decision": decision, "comment": "seen"})
