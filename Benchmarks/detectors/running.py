"""Runs what finds, ours and Presidio's, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from devstack.settings import ROOT

from .scoring import Found


def analyzed(texts: list[str]) -> dict[str, Any]:
    """What Presidio's analyzer finds in each text, and how many bytes of them it reads in a second of its CPU."""
    python = ROOT / ".venv-presidio" / "bin" / "python"
    answer = json.loads(run([str(python), "-m", "detectors.presidio"], json.dumps(texts).encode()))
    findings = [[Found(kind, (start, end), value) for kind, start, end, value in row] for row in answer["findings"]]
    size = sum(len(text.encode()) for text in texts)
    return {"findings": findings, "per_second": size / answer["cpu_seconds"]}


def run(command: list[str], data: bytes) -> str:
    done = subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True, env=os.environ)
    return done.stdout.decode()
