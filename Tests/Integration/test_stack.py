"""What bin/run promises: everything ready, four outcomes shown, dev.json for programs, a quick second start."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import time

import pytest

from devstack.processes import free_port, patience
from devstack.settings import ROOT


def test_shows_one_statement_of_each_outcome(started) -> None:
    if not started.output:
        pytest.skip("the stack was running before")
    for word in ("ALLOWED", "MASKED", "DENIED", "HELD"):
        assert word in started.output
    assert "UPDATE 1" in started.output
    assert "42501" in started.output
    assert "@example.com" not in started.output
    assert "reviewer" in started.output


def test_dev_json_has_what_programs_need(started) -> None:
    dev = started.dev
    assert set(dev) == {"control_plane", "tokens", "agent", "upstream"}
    assert set(dev["tokens"]) == {"admin", "reviewer", "ai_agent", "workload"}
    assert dev["agent"]["name"] == "default"
    assert (ROOT / dev["control_plane"]["ca_file"]).exists()
    mode = stat.S_IMODE(started.stack.settings.dev_json.stat().st_mode)
    assert mode == 0o600


@pytest.mark.parametrize(
    ("role", "groups"),
    [("admin", "admins"), ("reviewer", "dba"), ("ai_agent", "ai-agents"), ("workload", "ci")],
)
def test_the_tokens_are_keys_of_accounts_with_their_groups(started, role: str, groups: str) -> None:
    me = started.stack.api(started.dev["tokens"][role]).get("/v1/me")
    assert groups in me["groups"]


def test_a_second_start_says_that_it_runs(started) -> None:
    before = started.dev
    result = subprocess.run([ROOT / "bin" / "run", "--detach"], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "already running" in result.stdout
    assert json.loads(started.stack.settings.dev_json.read_text()) == before


@pytest.mark.slow
def test_after_a_stop_it_is_ready_again_within_five_seconds(started) -> None:
    """Run last of its file, on the same state: keys and data are kept."""
    if os.environ.get("SALLYPORT_TEST_RUN_DIR"):
        pytest.skip("the stack is someone else's")
    stopped = subprocess.run([ROOT / "bin" / "stop"], capture_output=True, text=True, timeout=60)
    assert stopped.returncode == 0, stopped.stderr
    assert not started.stack.settings.dev_json.exists()
    began = time.monotonic()
    again = subprocess.run([ROOT / "bin" / "run", "--detach"], capture_output=True, text=True, timeout=60)
    took = time.monotonic() - began
    assert again.returncode == 0, again.stdout + again.stderr
    assert json.loads(started.stack.settings.dev_json.read_text()) == started.dev
    assert took < patience(5), f"{took:.1f} s"


def test_a_taken_port_is_named(started) -> None:
    environment = os.environ | {
        "SALLYPORT_RUN_DIR": ".run/test-taken",
        "SALLYPORT_HTTP_PORT": started.environment["SALLYPORT_HTTP_PORT"],
        "SALLYPORT_PG_PORT": str(free_port()),
        "SALLYPORT_UPSTREAM_PORT": str(free_port()),
    }
    command = [str(ROOT / "bin" / "run"), "--detach"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert result.returncode != 0
    assert "SALLYPORT_HTTP_PORT" in result.stderr
    assert started.environment["SALLYPORT_HTTP_PORT"] in result.stderr
