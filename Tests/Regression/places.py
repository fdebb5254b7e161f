"""A server of its own behind a stack of its own, and a look at what is written to it."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import Any

import psycopg

from devstack.api import API
from devstack.certificates import ensure_certificates
from devstack.demo import put_resource
from devstack.postgres import PrivatePostgres, wait_login
from devstack.processes import free_port
from devstack.settings import ROOT, Settings
from devstack.stack import Stack

#: Of the database, the resource, the account and the policy.
NAME = "regression"
ALLOW_ALL: list[dict[str, Any]] = [{"effect": "allow", "actions": ["read", "write", "ddl", "admin"]}]
#: What reading leaves behind in the write-ahead log: pruned pages, hint bits, the server's own housekeeping.
HOUSEKEEPING = {"PRUNE", "VISIBLE", "FPI_FOR_HINT", "FPI", "RUNNING_XACTS", "CHECKPOINT_ONLINE", "COMMIT", "ABORT",
                "INVALIDATION", "INVALIDATIONS", "ASSIGNMENT", "LOCK", "FREEZE_PAGE", "VACUUM", "DELETE_LEAF"}  # fmt: skip


class Observer:
    """A connection of its own to the server: what has been written since it last looked."""

    def __init__(self, dsn: str) -> None:
        self._connection = psycopg.connect(dsn, autocommit=True)
        self._connection.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect SCHEMA pg_catalog")
        self._seen = self._state()

    def look(self) -> str:
        """The kinds of records in the write-ahead log; empty when there are none but the server's housekeeping."""
        before, now = self._seen, self._state()
        self._seen = now
        if before == now:
            return ""
        kinds: set[str] = set()
        if before[0] != now[0]:
            # Committed, so that what is to be read is flushed.
            self._connection.execute("SELECT pg_logical_emit_message(true, 'look', '')")
            kinds = self._kinds(before[0], now[0])
            self._seen = self._state()
        if before[1] != now[1] and not kinds:
            kinds = {"a transaction ID"}
        return " ".join(sorted(kinds))

    def _state(self) -> tuple[str, str]:
        row = self._connection.execute(
            "SELECT pg_current_wal_insert_lsn()::text, pg_snapshot_xmax(pg_current_snapshot())::text"
        ).fetchone()
        assert row is not None
        return row

    def _kinds(self, start: str, end: str) -> set[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT resource_manager || '/' || record_type, split_part(record_type, '+', 1)"
            " FROM pg_get_wal_records_info(%s, %s)", [start, end],
        ).fetchall()
        return {kind for kind, record in rows if record not in HOUSEKEEPING}


def settings_for(name: str) -> Settings:
    return Settings(
        run=ROOT / ".run" / name, http_port=free_port(), postgres_port=free_port(), upstream_port=free_port(),
        upstream_connections=100, database_url=None,
    )  # fmt: skip


def upstream(settings: Settings, cleanup: ExitStack) -> PrivatePostgres:
    """A cluster of its own, in which nothing writes but the scripts."""
    own = dataclasses.replace(settings, run=settings.run / "upstream", upstream_port=free_port())
    own.run.mkdir(parents=True, exist_ok=True)
    ensure_certificates(own)
    postgres = PrivatePostgres(own)
    cleanup.callback(postgres.stop)
    postgres.start()
    with postgres.connect() as connection:
        for setting in ("autovacuum = off", "checkpoint_timeout = '1d'", "max_wal_size = '8GB'", "fsync = off",
                        "wal_level = replica", "bgwriter_lru_maxpages = 0"):  # fmt: skip
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE ROLE {NAME} SUPERUSER LOGIN PASSWORD '{postgres.password}'")
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 LOCALE 'C' OWNER {NAME}")
        for setting, value in (("timezone", "PST8PDT"), ("datestyle", "Postgres, MDY"), ("intervalstyle", "postgres_verbose")):
            connection.execute(f"ALTER DATABASE {NAME} SET {setting} TO '{value}'")
        connection.execute(f"ALTER DATABASE {NAME} SET statement_timeout TO '60s'")
    return postgres


def serve(stack: Stack, admin: API, postgres: PrivatePostgres, rules: list[dict[str, Any]]) -> str:
    """Makes the resource and an account that is under these rules, and gives the way through the agent."""
    admin.post("/v1/service-accounts", {"name": NAME, "kind": "workload", "groups": [NAME]})
    key = admin.post(f"/v1/service-accounts/{NAME}/keys")["secret"]
    admin.put(f"/v1/policies/{NAME}", {"name": NAME, "enabled": True, "subjects": {"groups": [NAME]},
                                        "resources": {"names": [NAME]}, "access": "standing", "rules": rules})  # fmt: skip
    put_resource(admin, {
        "name": NAME, "protocol": "postgres", "labels": {"env": "test"}, "agent": stack.agent.name,
        "endpoint": {"host": "127.0.0.1", "port": postgres.port, "database": NAME, "tls": "disable"},
        "credential": {"mode": "static", "username": NAME, "password": {"value": postgres.password}},
    })  # fmt: skip
    dsn = psycopg.conninfo.make_conninfo(
        host="localhost", port=stack.agent.port, user=NAME, password=key, dbname=NAME, sslmode="verify-full",
        sslrootcert=str(stack.settings.ca_file),
    )  # fmt: skip
    return wait_login(dsn)
