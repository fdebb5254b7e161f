"""The stack's own certificate authority and the certificate of its servers, made with the openssl command."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from .settings import Settings, StackError, write_private

_DAYS = "825"


def ensure_certificates(settings: Settings) -> None:
    """ca.pem, secrets/server.pem and secrets/server.key, unless they are there and good for another day."""
    server = settings.secrets / "server.pem"
    if settings.ca_file.exists() and server.exists() and _is_valid(server):
        return
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch)
        previous = os.umask(0o077)
        try:
            _make(made)
        finally:
            os.umask(previous)
        for name in ("server.pem", "server.key"):
            write_private(settings.secrets / name, (made / name).read_text())
        write_private(settings.ca_file, (made / "ca.pem").read_text())
        settings.ca_file.chmod(0o644)


def _is_valid(certificate: Path) -> bool:
    check = ["openssl", "x509", "-checkend", "86400", "-noout", "-in", str(certificate)]
    return subprocess.run(check, capture_output=True).returncode == 0


def _make(directory: Path) -> None:
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl(
        directory, "req", "-x509", *key, "-days", _DAYS, "-subj", "/CN=Sallyport development CA",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        "-keyout", "ca.key", "-out", "ca.pem",
    )
    _openssl(directory, "req", *key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    (directory / "server.ext").write_text(
        "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\nbasicConstraints=critical,CA:FALSE\n"
    )
    _openssl(
        directory, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", _DAYS, "-extfile", "server.ext", "-out", "server.pem",
    )


def _openssl(directory: Path, *arguments: str) -> None:
    result = subprocess.run(["openssl", *arguments], cwd=directory, capture_output=True, text=True)
    if result.returncode != 0:
        raise StackError(f"openssl {arguments[0]} failed:\n{result.stderr}")
