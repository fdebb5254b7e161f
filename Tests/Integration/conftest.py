"""One stack for the whole run, started as a newcomer would start it, on ports that nobody uses."""

from __future__ import annotations

import dataclasses
import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.place import ALLOW_ALL, Place, make_place

from devstack.api import API
from devstack.processes import free_port
from devstack.settings import ROOT, Settings
from devstack.stack import Agent, Stack, load_dev_json

Places = Callable[..., Place]


@dataclasses.dataclass(frozen=True)
class Started:
    """What bin/run left behind."""

    stack: Stack
    output: str
    dev: dict[str, Any]
    environment: dict[str, str]


@pytest.fixture(scope="session")
def started() -> Iterator[Started]:
    """`bin/run --detach`. With SALLYPORT_TEST_RUN_DIR, the running stack of that directory, which is left alone."""
    if given := os.environ.get("SALLYPORT_TEST_RUN_DIR"):
        dev = load_dev_json(ROOT / given / "dev.json")
        environment = {
            "SALLYPORT_RUN_DIR": given,
            "SALLYPORT_HTTP_PORT": dev["control_plane"]["url"].rsplit(":", 1)[1],
            "SALLYPORT_PG_PORT": str(dev["agent"]["postgres"]["port"]),
            "SALLYPORT_UPSTREAM_PORT": str(dev["upstream"]["port"]),
        }
        os.environ.update(environment)
        yield Started(Stack(Settings.from_environment()), "", dev, environment)
        return
    environment = {
        "SALLYPORT_RUN_DIR": ".run/test",
        "SALLYPORT_HTTP_PORT": str(free_port()),
        "SALLYPORT_PG_PORT": str(free_port()),
        "SALLYPORT_UPSTREAM_PORT": str(free_port()),
        "SALLYPORT_UPSTREAM_CONNECTIONS": "800",
    }
    os.environ.update(environment)
    os.environ.pop("DATABASE_URL", None)
    stack = Stack(Settings.from_environment())
    with stack.lock():
        stack.erase()
    try:
        result = subprocess.run([ROOT / "bin" / "run", "--detach"], capture_output=True, text=True, timeout=600)
        assert result.returncode == 0, result.stdout + result.stderr
        yield Started(stack, result.stdout, load_dev_json(stack.settings.dev_json), environment)
    finally:
        with stack.lock():
            stack.stop()


@pytest.fixture(scope="session")
def stack(started: Started) -> Stack:
    return started.stack


@pytest.fixture(scope="session")
def admin(started: Started) -> API:
    return started.stack.api(started.dev["tokens"]["admin"])


@pytest.fixture(scope="session")
def reviewer(started: Started) -> API:
    return started.stack.api(started.dev["tokens"]["reviewer"])


@pytest.fixture(scope="session")
def place_for(stack: Stack, admin: API) -> Places:
    """Makes a place: place_for(rules, schema=..., columns=..., agent=...)."""

    def make(rules: list[dict[str, Any]], **options: Any) -> Place:
        return make_place(stack, admin, rules, **options)

    return make


@pytest.fixture(scope="session")
def open_place(place_for: Places) -> Place:
    """A place whose policy allows everything; for tests that clean up behind themselves."""
    return place_for(ALLOW_ALL)


@pytest.fixture
def own_agent(stack: Stack, admin: API) -> Iterator[Callable[..., Agent]]:
    """Starts agents beside the default one, for tests that do them harm: own_agent(SALLYPORT_X=...)."""
    agents: list[Agent] = []

    def start(**environment: str) -> Agent:
        agent = Agent(stack.settings, f"a-{secrets.token_hex(4)}", free_port())
        agents.append(agent)
        agent.start(admin, environment)
        return agent

    yield start
    for agent in agents:
        agent.service.stop()
