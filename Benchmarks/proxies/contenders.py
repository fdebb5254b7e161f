"""The ways to the same database: straight, through PgBouncer, through HAProxy, and through our agent."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path

from devstack import wire
from devstack.api import API
from devstack.demo import put_resource
from devstack.postgres import PrivatePostgres
from devstack.processes import Service, free_port, is_listening
from devstack.settings import StackError
from devstack.stack import Agent, Stack

DATABASE = "bench"
ROLE = "bench"


class Contender(ABC):
    """Where to connect and as whom, and the process whose costs count."""

    name: str
    port: int
    user = ROLE
    password: str
    database = DATABASE

    @property
    @abstractmethod
    def pid(self) -> int | None: ...

    @abstractmethod
    def restart(self) -> None:
        """Starts it afresh, so that its memory holds nothing of what went before."""

    @abstractmethod
    def stop(self) -> None: ...

    def connect(self) -> wire.Wire:
        return wire.Wire.login(self.port, self.user, self.password, self.database)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": self.user, "PGPASSWORD": self.password,
            "PGDATABASE": self.database, "PGSSLMODE": "disable", "PGGSSENCMODE": "disable",
        }


class Direct(Contender):
    name = "direct"
    pid = None

    def __init__(self, postgres: PrivatePostgres, password: str) -> None:
        self.port = postgres.port
        self.password = password

    def restart(self) -> None: ...

    def stop(self) -> None: ...


class PgBouncer(Contender):
    """Session pooling, one process with one thread, as PgBouncer is; SCRAM to both sides, no TLS."""

    name = "PgBouncer"

    def __init__(self, run: Path, postgres: PrivatePostgres, password: str) -> None:
        self.password = password
        self.port = free_port()
        self._service = Service("pgbouncer", run)
        self._directory = run / "pgbouncer"
        self._directory.mkdir(exist_ok=True)
        (self._directory / "users.txt").write_text(f'"{ROLE}" "{password}"\n')
        (self._directory / "pgbouncer.ini").write_text(f"""\
[databases]
{DATABASE} = host=127.0.0.1 port={postgres.port} dbname={DATABASE}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {self.port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {self._directory}/users.txt
pool_mode = session
default_pool_size = 5000
max_client_conn = 5000
server_tls_sslmode = disable
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
log_stats = 0
""")

    @property
    def pid(self) -> int | None:
        return self._service.pid

    def restart(self) -> None:
        self.stop()
        as_user = ["-u", "postgres"] if os.geteuid() == 0 else []
        program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        self._service.start([program, "-q", *as_user, self._directory / "pgbouncer.ini"], {}, Path("/"))
        self._service.wait_ready(lambda: is_listening(self.port))

    def stop(self) -> None:
        self._service.stop()


class HAProxy(Contender):
    """TCP mode, as many threads as cores; it looks at no byte."""

    name = "HAProxy"

    def __init__(self, run: Path, postgres: PrivatePostgres, password: str) -> None:
        self.password = password
        self.port = free_port()
        self._service = Service("haproxy", run)
        self._configuration = run / "haproxy.cfg"
        self._configuration.write_text(f"""\
global
    maxconn 5000
    nbthread {os.cpu_count()}
defaults
    mode tcp
    timeout connect 10s
    timeout client 1h
    timeout server 1h
listen postgres
    bind 127.0.0.1:{self.port}
    server upstream 127.0.0.1:{postgres.port}
""")

    @property
    def pid(self) -> int | None:
        return self._service.pid

    def restart(self) -> None:
        self.stop()
        program = shutil.which("haproxy") or "/usr/sbin/haproxy"
        self._service.start([program, "-db", "-f", self._configuration], {}, Path("/"))
        self._service.wait_ready(lambda: is_listening(self.port))

    def stop(self) -> None:
        self._service.stop()


class Sallyport(Contender):
    """Our agent: an API key from the client, SCRAM to the server, no TLS; policy on, recording on or off."""

    def __init__(self, stack: Stack, admin: API, upstream_password: str, recording: bool) -> None:
        self.name = "Sallyport" if recording else "Sallyport, recording off"
        self.user = "bench"
        self.port = stack.settings.postgres_port if recording else free_port()
        self._agent = stack.agent if recording else Agent(stack.settings, "unrecorded", self.port)
        self._environment = {} if recording else {"SALLYPORT_RECORDING": "off"}
        self._arguments = () if recording else ("--unsafe",)
        self._admin = admin
        self.database = "bench" if recording else "bench-unrecorded"
        self.password = _service_account_key(admin)
        if not recording:
            self._agent.start(admin, self._environment, self._arguments)
        _put_policy(admin)
        put_resource(
            admin,
            {
                "name": self.database,
                "protocol": "postgres",
                "labels": {"env": "bench"},
                "endpoint": {
                    "host": "127.0.0.1", "port": stack.postgres.port, "database": DATABASE, "tls": "disable",
                },
                "credential": {"mode": "static", "username": ROLE, "password": {"value": upstream_password}},
                "agent": self._agent.name,
            },
        )

    @property
    def pid(self) -> int | None:
        return self._agent.service.pid

    def restart(self) -> None:
        self._agent.service.stop()
        self._agent.start(self._admin, self._environment, self._arguments)

    def stop(self) -> None:
        self._agent.service.stop()


def _service_account_key(admin: API) -> str:
    if admin.find("/v1/service-accounts/bench") is None:
        admin.post("/v1/service-accounts", {"name": "bench", "kind": "workload", "groups": ["bench"]})
    return admin.post("/v1/service-accounts/bench/keys")["secret"]


def _put_policy(admin: API) -> None:
    admin.put(
        "/v1/policies/bench",
        {
            "name": "bench",
            "enabled": True,
            "subjects": {"groups": ["bench"]},
            "resources": {"names": ["bench*"]},
            "access": "standing",
            "rules": [{"effect": "allow", "actions": ["read", "write"]}],
        },
    )


def prepare_database(postgres: PrivatePostgres, scale: int, rows: int) -> str:
    """The tables of pgbench at `scale` and a table `bulk` of `rows` rows; returns the role's password."""
    password = secrets.token_urlsafe(24)
    postgres.ensure_role(ROLE, password)
    postgres.ensure_database(DATABASE, owner=ROLE)
    with postgres.connect(DATABASE) as connection:
        if connection.execute("SELECT to_regclass('pgbench_accounts')").fetchone() == (None,):
            environment = os.environ | {"PGPASSWORD": password, "PGSSLMODE": "disable"}
            command = ["pgbench", "-i", "-q", "-s", str(scale), "-h", "127.0.0.1", "-p", str(postgres.port)]
            result = subprocess.run(
                [*command, "-U", ROLE, DATABASE], env=environment, capture_output=True, text=True
            )
            if result.returncode != 0:
                raise StackError(f"pgbench -i failed:\n{result.stderr}")
        connection.execute("DROP TABLE IF EXISTS bulk")
        connection.execute(f"""
            CREATE UNLOGGED TABLE bulk AS
            SELECT n AS id, (n * 7919::bigint % 100000)::integer AS account, md5(n::text) AS reference,
                   n / 100.0 AS amount, timestamptz '2026-01-01 00:00:00Z' + n * interval '1 second' AS at,
                   repeat('x', n % 60) AS note
            FROM generate_series(1, {rows}) AS n""")
        connection.execute(f"ALTER TABLE bulk OWNER TO {ROLE}")
        connection.execute("VACUUM (ANALYZE) bulk")
        connection.execute("CHECKPOINT")
    return password
