"""openapi.yaml against what runs: schemathesis makes requests of every kind from it and checks every answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from devstack.plane import running_plane
from devstack.settings import ROOT

pytestmark = pytest.mark.slow

#: Seconds for making requests of any kind, as bin/test --schemathesis sets them. Without, the same requests are made each time,
#: each of them once.
SECONDS = os.environ.get("SALLYPORT_CONTRACT_SECONDS")


@pytest.mark.timeout(int(SECONDS or 360) + 240)
def test_every_answer_is_as_described() -> None:
    with running_plane("contract", replicas=1) as plane:
        replica = plane.replicas[0]
        command = [
            Path(sys.executable).with_name("st"), "run", "openapi.yaml", "--url", replica.url,
            "--header", f"Authorization: Bearer {plane.admin_key}", "--tls-verify", plane.settings.ca_file,
            "--checks", "all", "--max-examples", "10", "--continue-on-failure",
            *(["--max-time", SECONDS] if SECONDS else ["--generation-deterministic"]),
            "--warnings", "off", "--no-shrink",
            # A stream that does not end.
            "--exclude-operation-id", "streamConfiguration",
        ]
        result = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, result.stdout[-20_000:] + result.stderr
        assert '"level":"error"' not in replica.service.log.read_text()
