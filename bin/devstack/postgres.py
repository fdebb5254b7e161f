"""A PostgreSQL server of the stack's own, under its directory, on loopback, with a random superuser password."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import time
import tempfile
from pathlib import Path

import psycopg
from psycopg import sql

from .processes import is_listening, wait_until
from .settings import Settings, StackError, write_private

PROGRAMS = Path("/usr/lib/postgresql/15/bin")

_HBA = """\
hostssl all all 127.0.0.1/32 scram-sha-256
host    all all 127.0.0.1/32 scram-sha-256
"""


class PrivatePostgres:
    """Started and stopped with pg_ctl. As PostgreSQL refuses to run as root, root runs it as the user `postgres`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.directory = settings.run / "postgres"
        self.log = settings.logs / "postgres.log"
        self.port = settings.upstream_port

    @property
    def password(self) -> str:
        return (self._settings.secrets / "postgres-superuser").read_text()

    @property
    def pid(self) -> int | None:
        try:
            pid = int((self.directory / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        command = Path(f"/proc/{pid}/cmdline")
        return pid if command.exists() and str(self.directory).encode() in command.read_bytes() else None

    def dsn(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        secret = password if password is not None else self.password
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.dsn(database), autocommit=True)

    def start(self) -> None:
        if self.pid is not None:
            return
        if not (self.directory / "PG_VERSION").exists():
            self._create()
        self._configure()
        self._run(
            PROGRAMS / "pg_ctl", "start", "--silent", "--no-wait", "-D", self.directory, "-l", self.log, check=False
        )
        try:
            wait_until(lambda: self._answers(), "the start of PostgreSQL", 30)
        except StackError as error:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-8:]) if self.log.exists() else ""
            raise StackError(f"{error}\n{tail}") from None

    def stop(self) -> None:
        if self.pid is not None:
            self._run(PROGRAMS / "pg_ctl", "stop", "--silent", "-m", "fast", "-D", self.directory)

    def ensure_role(self, name: str, password: str) -> None:
        """A role that may log in and has no other right."""
        with self.connect() as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
            verb = sql.SQL("ALTER" if known else "CREATE")
            connection.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                    verb, sql.Identifier(name), sql.Literal(password)
                )
            )

    def ensure_database(self, name: str, owner: str = "postgres") -> bool:
        """Returns whether the database had to be made."""
        with self.connect() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(owner))
            )
            return True

    def _answers(self) -> bool:
        if not is_listening(self.port):
            return False
        try:
            with self.connect():
                return True
        except psycopg.OperationalError:
            return False

    def _create(self) -> None:
        password = secrets.token_urlsafe(24)
        write_private(self._settings.secrets / "postgres-superuser", password)
        self._make_directory()
        with tempfile.NamedTemporaryFile("w", prefix="sallyport-") as file:
            file.write(password)
            file.flush()
            if os.geteuid() == 0:
                shutil.chown(file.name, "postgres")
            self._run(
                PROGRAMS / "initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256",
                "--username=postgres", f"--pwfile={file.name}", "-D", self.directory,
            )

    def _make_directory(self) -> None:
        """Where `postgres` cannot enter the clone, as in /root, the data lives in /var/tmp, linked from here."""
        if self.directory.is_symlink():
            self.directory.unlink()
        if os.geteuid() != 0:
            self.directory.mkdir(mode=0o700)
            return
        if "postgres" not in {user.pw_name for user in pwd.getpwall()}:
            raise StackError("root cannot run PostgreSQL, and there is no user postgres to run it as")
        enter = ["runuser", "-u", "postgres", "--", "test", "-x", str(self._settings.run)]
        if subprocess.run(enter).returncode == 0:
            self.directory.mkdir(mode=0o700)
        else:
            self.directory.symlink_to(tempfile.mkdtemp(prefix="sallyport-postgres-", dir="/var/tmp"))
        shutil.chown(self.directory, "postgres", "postgres")

    def _configure(self) -> None:
        """Written at each start, so that changed ports and limits take effect."""
        for name in ("server.pem", "server.key"):
            self._install(name, (self._settings.secrets / name).read_text())
        self._install("pg_hba.conf", _HBA)
        self._install(
            "postgresql.auto.conf",
            f"""\
listen_addresses = '127.0.0.1'
port = {self.port}
unix_socket_directories = ''
max_connections = {self._settings.upstream_connections}
password_encryption = 'scram-sha-256'
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.key'
shared_buffers = '256MB'
timezone = 'UTC'
""",
        )
        self._settings.logs.mkdir(parents=True, exist_ok=True)
        self.log.touch()
        if os.geteuid() == 0:
            shutil.chown(self.log, "postgres", "postgres")

    def _install(self, name: str, text: str) -> None:
        write_private(self.directory / name, text)
        if os.geteuid() == 0:
            shutil.chown(self.directory / name, "postgres", "postgres")

    def _run(self, *command: str | Path, check: bool = True) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        result = subprocess.run(
            prefix + [str(part) for part in command],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if check and result.returncode != 0:
            raise StackError(f"{Path(command[0]).name} failed:\n{result.stdout}")


def wait_login(dsn: str, seconds: float = 20) -> str:
    """Returns the DSN once a login with it works. What is made over the API reaches an agent within a second, in its order."""
    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(dsn).close()
            return dsn
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
