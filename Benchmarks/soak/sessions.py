"""Clients that reach a database through the agents, so that records are made, uploaded and stored all the time."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

import psycopg

from devstack.api import API
from devstack.demo import put_resource
from devstack.plane import Plane
from devstack.processes import wait_until
from devstack.stack import Agent

from .crew import Crew

#: Pause between two statements of one client.
_PAUSE = 0.005
_STATEMENTS_PER_SESSION = 50
#: How long after their end sessions may take to be stored whole.
_UPLOAD_SECONDS = 30


@dataclass(frozen=True)
class Door:
    """A database behind one agent, and what opens it."""

    agent: str
    dsn: str


def open_door(plane: Plane, admin: API, agent: Agent) -> Door:
    """Makes a database, its resource, and an account that may do everything there; returns when the agent serves it."""
    name, password = agent.name, secrets.token_urlsafe(18)
    plane.postgres.ensure_role(name, password)
    plane.postgres.ensure_database(name, owner=name)
    admin.post("/v1/service-accounts", {"name": name, "kind": "workload", "groups": [name]})
    key = admin.post(f"/v1/service-accounts/{name}/keys")["secret"]
    rules = [{"effect": "allow", "actions": ["read", "write", "ddl", "admin"]}]
    policy = {"name": name, "enabled": True, "access": "standing", "rules": rules}
    admin.put(f"/v1/policies/{name}", policy | {"subjects": {"groups": [name]}, "resources": {"names": [name]}})
    endpoint = {"host": "localhost", "port": plane.postgres.port, "database": name, "tls": "verify-full"}
    put_resource(
        admin,
        {
            "name": name,
            "protocol": "postgres",
            "labels": {},
            "endpoint": endpoint | {"ca_pem": plane.settings.ca_file.read_text()},
            "credential": {"mode": "static", "username": name, "password": {"value": password}},
            "agent": name,
        },
    )
    dsn = psycopg.conninfo.make_conninfo(
        host="localhost", port=agent.port, user=name, password=key, dbname=name, sslmode="verify-full",
        sslrootcert=str(plane.settings.ca_file), connect_timeout=10,
    )  # fmt: skip

    def is_served() -> bool:
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS soak (n bigint PRIMARY KEY, note text)")
            return True
        except psycopg.OperationalError:
            return False

    wait_until(is_served, f"a login through {name}")
    return Door(name, dsn)


class Sessions(Crew):
    """One client after the other through each door, until stopped."""

    def __init__(self, doors: list[Door]) -> None:
        self.statements = 0
        self._lock = threading.Lock()
        super().__init__(doors)

    def _run(self, door: Door) -> None:
        while not self._ends.is_set():
            done = 0
            try:
                with psycopg.connect(door.dsn, autocommit=True) as connection:
                    for turn in range(_STATEMENTS_PER_SESSION):
                        if self._ends.is_set():
                            break
                        done += self._statement(connection, turn)
                        time.sleep(_PAUSE)
            except Exception as error:  # Whatever it is, it is what the soak looks for.
                self.errors.append(f"session through {door.agent}: {error!r}")
            with self._lock:
                self.statements += done

    @staticmethod
    def _statement(connection: psycopg.Connection, turn: int) -> int:
        """Runs one statement of several kinds; how many are on record for it."""
        match turn % 5:
            case 0:
                connection.execute(f"SELECT count(*) FROM soak WHERE n > {secrets.randbelow(1_000_000)}".encode())
            case 1:
                note = "x" * secrets.randbelow(2_000)
                connection.execute(
                    "INSERT INTO soak VALUES (%s, %s) ON CONFLICT (n) DO UPDATE SET note = excluded.note",
                    [secrets.randbelow(1_000), note],
                )
            case 2:
                connection.execute("SELECT n, note FROM soak ORDER BY n LIMIT %s", [secrets.randbelow(100)]).fetchall()
            case 3:
                connection.execute("DELETE FROM soak WHERE n = %s", [secrets.randbelow(1_000)])
            case _:
                try:
                    connection.execute("SELECT 1 / 0")
                except psycopg.errors.DivisionByZero:
                    return 1
                raise AssertionError("1 / 0 has a result")
        return 1


def await_records(plane: Plane, doors: list[Door], statements: int) -> list[str]:
    """What of the sessions through the doors is not stored as it should be, after all had their time."""

    def stored() -> tuple[int, ...]:
        with plane.postgres.connect("plane") as database:
            found = database.execute(
                "SELECT coalesce(sum(statements), 0), count(flaw), count(*) FILTER (WHERE status <> 'closed')"
                " FROM sessions WHERE resource_name = ANY(%s)",
                [[door.agent for door in doors]],
            ).fetchone()
        return tuple(map(int, found or ()))

    end = time.monotonic() + _UPLOAD_SECONDS
    while (found := stored()) != (statements, 0, 0):
        if time.monotonic() > end:
            return [f"statements, flaws and open sessions on record are {found}; {statements} statements were run"]
        time.sleep(0.2)
    return []
