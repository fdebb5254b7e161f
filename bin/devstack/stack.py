"""Starts and ends the parts in their order: PostgreSQL, the control plane, the agent."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from .api import API
from .certificates import ensure_certificates
from .postgres import PrivatePostgres
from .processes import Service, is_listening
from .settings import ROOT, Settings, StackError, write_private


class Agent:
    """One agent process with a name, a port and a state directory of its own."""

    def __init__(self, settings: Settings, name: str, port: int) -> None:
        self.name = name
        self.port = port
        self.state = settings.run / "agents" / name
        self.service = Service(f"agent-{name}", settings.run)
        self._settings = settings

    def start(self, admin: API, environment: dict[str, str] | None = None, arguments: tuple[str, ...] = ()) -> None:
        """Starts it, with a join token when it is not enrolled yet, and returns when it is connected and listens."""
        self._spawn(environment or {}, arguments, self._join_token(admin))
        self.service.wait_ready(lambda: is_listening(self.port) and self._is_connected(admin))

    def start_alone(self, environment: dict[str, str] | None = None) -> None:
        """Starts it again from what it keeps on disk, and returns when it listens; the control plane may be away."""
        self._spawn(environment or {}, (), None)
        self.service.wait_ready(lambda: is_listening(self.port))

    def _join_token(self, admin: API) -> str | None:
        if self.state.exists() and any(self.state.iterdir()):
            return None
        return admin.post("/v1/agents/join-tokens", {"agent": self.name})["token"]

    def _spawn(self, environment: dict[str, str], arguments: tuple[str, ...], join_token: str | None) -> None:
        secrets_directory = self._settings.secrets
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = {
            "SALLYPORT_CONTROL_PLANE_URL": self._settings.url,
            "SALLYPORT_CA_FILE": str(self._settings.ca_file),
            "SALLYPORT_AGENT_NAME": self.name,
            "SALLYPORT_STATE_DIR": str(self.state),
            "SALLYPORT_POSTGRES_LISTEN": f"127.0.0.1:{self.port}",
            "SALLYPORT_TLS_CERTIFICATE": str(secrets_directory / "server.pem"),
            "SALLYPORT_TLS_KEY": str(secrets_directory / "server.key"),
            "SALLYPORT_ALLOW_CLEARTEXT_LOOPBACK": "true",
        }
        if join_token:
            settings["SALLYPORT_JOIN_TOKEN"] = join_token
        self.service.start(
            [self._settings.programs / "sallyport-agent", "run", *arguments], settings | environment, ROOT
        )

    def _is_connected(self, admin: API) -> bool:
        found = admin.find(f"/v1/agents/{self.name}")
        return found is not None and found[0]["status"] == "online"


class Stack:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.postgres = PrivatePostgres(settings)
        self.control_plane = Service("control-plane", settings.run)
        self.agent = Agent(settings, "default", settings.postgres_port)

    @property
    def is_running(self) -> bool:
        parts = (self.postgres.pid, self.control_plane.pid, self.agent.service.pid)
        return None not in parts and self.settings.dev_json.exists()

    def start(self) -> API:
        """Starts what does not run and returns the API as its administrator sees it."""
        self.settings.dev_json.unlink(missing_ok=True)
        for program in ("sallyport-control-plane", "sallyport-agent"):
            if not os.access(self.settings.programs / program, os.X_OK):
                raise StackError(f"there is no {self.settings.programs / program}")
        for directory in (self.settings.secrets, self.settings.logs, self.settings.run / "agents"):
            directory.mkdir(parents=True, exist_ok=True)
        self.settings.secrets.chmod(0o700)
        self.refuse_taken_ports()
        ensure_certificates(self.settings)
        self.postgres.start()
        environment = self._control_plane_environment()
        self._migrate(environment)
        admin_key = self._administrator_key(environment)
        self._start_control_plane(environment)
        admin = self.api(admin_key)
        self.agent.start(admin)
        return admin

    def stop(self) -> None:
        self.settings.dev_json.unlink(missing_ok=True)
        for pid_file in sorted(self.settings.run.glob("agent-*.pid")):
            Service(pid_file.stem, self.settings.run).stop()
        self.control_plane.stop(seconds=25)
        self.postgres.stop()

    def erase(self) -> None:
        """Ends what runs and removes all that it kept. The caller holds the lock."""
        self.stop()
        if self.postgres.directory.is_symlink():
            shutil.rmtree(self.postgres.directory.resolve())
        for path in self.settings.run.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != "lock":
                path.unlink()

    def api(self, token: str | None) -> API:
        return API(self.settings.url, self.settings.ca_file, token)

    def write_dev_json(self, tokens: dict[str, str]) -> dict[str, Any]:
        document = {
            "control_plane": {"url": self.settings.url, "ca_file": self.settings.relative(self.settings.ca_file)},
            "tokens": tokens,
            "agent": {
                "name": self.agent.name,
                "postgres": {"host": "127.0.0.1", "port": self.settings.postgres_port},
            },
            "upstream": {
                "host": "127.0.0.1",
                "port": self.postgres.port,
                "superuser": "postgres",
                "password": self.postgres.password,
            },
        }
        write_private(self.settings.dev_json, json.dumps(document, indent=2) + "\n")
        return document

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keeps a second start or stop of the same stack waiting."""
        self.settings.run.mkdir(parents=True, exist_ok=True)
        with (self.settings.run / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def refuse_taken_ports(self) -> None:
        """Raises with the first port that is not free for us."""
        ports = [
            ("SALLYPORT_UPSTREAM_PORT", self.postgres.port, self.postgres.pid),
            ("SALLYPORT_HTTP_PORT", self.settings.http_port, self.control_plane.pid),
            ("SALLYPORT_PG_PORT", self.settings.postgres_port, self.agent.service.pid),
        ]
        for variable, port, ours in ports:
            if ours is None and is_listening(port):
                raise StackError(f"port {port} is taken by another process: choose another with {variable}")

    def _control_plane_environment(self) -> dict[str, str]:
        master_key = self.settings.secrets / "master-key"
        if not master_key.exists():
            write_private(master_key, base64.b64encode(secrets.token_bytes(32)).decode())
        return {
            "DATABASE_URL": self.settings.database_url or self._private_database(),
            "SALLYPORT_MASTER_KEY": master_key.read_text(),
            "SALLYPORT_PUBLIC_URL": self.settings.url,
            "SALLYPORT_LISTEN": f"127.0.0.1:{self.settings.http_port}",
            "SALLYPORT_TLS_CERTIFICATE": str(self.settings.secrets / "server.pem"),
            "SALLYPORT_TLS_KEY": str(self.settings.secrets / "server.key"),
            # Tests and benchmarks ask more with one key than anybody should.
            "SALLYPORT_RATE_LIMIT": os.environ.get("SALLYPORT_RATE_LIMIT", "100000000"),
        }

    def _private_database(self) -> str:
        password_file = self.settings.secrets / "postgres-sallyport"
        if not password_file.exists():
            password = secrets.token_urlsafe(24)
            self.postgres.ensure_role("sallyport", password)
            self.postgres.ensure_database("sallyport", owner="sallyport")
            write_private(password_file, password)
        return self.postgres.dsn("sallyport", "sallyport", password_file.read_text())

    def _migrate(self, environment: dict[str, str]) -> None:
        self._command(environment, "migrate")

    def _administrator_key(self, environment: dict[str, str]) -> str:
        """The key of the service account `admin`, printed once by `bootstrap` and kept."""
        key_file = self.settings.secrets / "admin.key"
        if not key_file.exists():
            write_private(key_file, self._command(environment, "bootstrap", "--new-key").split()[-1])
        return key_file.read_text()

    def _command(self, environment: dict[str, str], *arguments: str) -> str:
        result = subprocess.run(
            [self.settings.programs / "sallyport-control-plane", *arguments],
            env=os.environ | environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise StackError(f"sallyport-control-plane {arguments[0]} failed:\n{result.stderr or result.stdout}")
        return result.stdout

    def _start_control_plane(self, environment: dict[str, str]) -> None:
        if self.control_plane.pid is not None:
            return
        self.control_plane.start([self.settings.programs / "sallyport-control-plane", "serve"], environment, ROOT)
        http = self.api(None).http

        def ready() -> bool:
            try:
                return http.get("/readyz").status_code == 200
            except httpx.TransportError:
                return False

        self.control_plane.wait_ready(ready)


def load_dev_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text())
