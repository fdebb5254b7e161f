"""Where the stack lives and which ports it takes, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class StackError(Exception):
    """What the person at the terminal can act on; printed without a traceback."""


def _port(variable: str, otherwise: int) -> int:
    text = os.environ.get(variable, str(otherwise))
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise StackError(f"{variable}={text!r} is not a port")
    return int(text)


@dataclass(frozen=True)
class Settings:
    """One stack. Two stacks with different directories and ports can run side by side."""

    run: Path
    http_port: int
    postgres_port: int
    upstream_port: int
    upstream_connections: int
    database_url: str | None

    @classmethod
    def from_environment(cls) -> Settings:
        return cls(
            run=(ROOT / os.environ.get("SALLYPORT_RUN_DIR", ".run")).resolve(),
            http_port=_port("SALLYPORT_HTTP_PORT", 8443),
            postgres_port=_port("SALLYPORT_PG_PORT", 6432),
            upstream_port=_port("SALLYPORT_UPSTREAM_PORT", 5433),
            upstream_connections=int(os.environ.get("SALLYPORT_UPSTREAM_CONNECTIONS", "800")),
            database_url=os.environ.get("DATABASE_URL"),
        )

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.http_port}"

    @property
    def dev_json(self) -> Path:
        return self.run / "dev.json"

    @property
    def ca_file(self) -> Path:
        return self.run / "ca.pem"

    @property
    def secrets(self) -> Path:
        return self.run / "secrets"

    @property
    def logs(self) -> Path:
        return self.run / "log"

    @property
    def programs(self) -> Path:
        """Where the two programs are."""
        return Path(os.environ.get("SALLYPORT_BIN_DIR", ROOT / ".build" / "release"))

    def relative(self, path: Path) -> str:
        """A path as one would type it from the top of the repository."""
        return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    os.replace(temporary, path)
