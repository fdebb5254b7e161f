"""Several control planes on one PostgreSQL of their own, for tests and benchmarks of the control plane alone."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx

from .api import API
from .certificates import ensure_certificates
from .postgres import PrivatePostgres
from .processes import Service, free_port
from .settings import ROOT, Settings, StackError
from .stack import Agent


class Replica:
    """One control plane process."""

    def __init__(self, plane: Plane, number: int) -> None:
        self.port = free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.service = Service(f"replica-{number}", plane.settings.run)
        self._plane = plane

    def start(self) -> None:
        program = self._plane.settings.programs / "sallyport-control-plane"
        environment = self._plane.environment | {"SALLYPORT_LISTEN": f"127.0.0.1:{self.port}"}
        self.service.start([program, "serve"], environment, ROOT)
        self.service.wait_ready(self.is_ready)

    def is_ready(self) -> bool:
        with suppress(httpx.TransportError):
            return self.api(None).http.get("/readyz").status_code == 200
        return False

    def api(self, token: str | None, http2: bool = False) -> API:
        return API(self.url, self._plane.settings.ca_file, token, http2)


class Plane:
    """A database, its replicas and its administrator."""

    def __init__(self, run: Path, replicas: int, environment: dict[str, str] | None = None) -> None:
        self.settings = replace(
            Settings.from_environment(), run=run, upstream_port=free_port(), postgres_port=free_port(), database_url=None
        )
        self.settings.logs.mkdir(parents=True, exist_ok=True)
        self.settings.secrets.mkdir(parents=True, exist_ok=True)
        ensure_certificates(self.settings)
        self.postgres = PrivatePostgres(self.settings)
        self.environment = {
            "SALLYPORT_MASTER_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "SALLYPORT_TLS_CERTIFICATE": str(self.settings.secrets / "server.pem"),
            "SALLYPORT_TLS_KEY": str(self.settings.secrets / "server.key"),
            "SALLYPORT_RATE_LIMIT": "100000000",
        }
        self.environment |= environment or {}
        self.replicas = [Replica(self, number) for number in range(replicas)]
        self.environment["SALLYPORT_PUBLIC_URL"] = self.replicas[0].url

    def start(self) -> None:
        self.postgres.start()
        self.postgres.ensure_database("plane")
        self.environment["DATABASE_URL"] = self.postgres.dsn("plane")
        self._command("migrate")
        self.admin_key = self._command("bootstrap").split()[-1]
        for replica in self.replicas:
            replica.start()

    def stop(self) -> None:
        for replica in self.replicas:
            replica.service.stop(seconds=25)
        self.postgres.stop()

    def agent(self) -> Agent:
        """An agent that knows every replica; not started."""
        return Agent(self.settings, "default", free_port())

    @property
    def urls(self) -> str:
        return ",".join(replica.url for replica in self.replicas)

    def _command(self, *arguments: str) -> str:
        program = self.settings.programs / "sallyport-control-plane"
        result = subprocess.run(
            [program, *arguments], env=os.environ | self.environment, cwd=ROOT, capture_output=True, text=True
        )
        if result.returncode != 0:
            raise StackError(result.stderr)
        return result.stdout


@contextmanager
def running_plane(name: str, replicas: int, environment: dict[str, str] | None = None) -> Iterator[Plane]:
    """A new plane in .run/NAME whose replicas all serve, and which ends with the context."""
    run = ROOT / ".run" / name
    if (run / "postgres").is_symlink():
        shutil.rmtree((run / "postgres").resolve(), ignore_errors=True)
    shutil.rmtree(run, ignore_errors=True)
    plane = Plane(run, replicas, environment)
    try:
        plane.start()
        yield plane
    finally:
        plane.stop()
