"""Waiting for what goes away and comes back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import httpx

from devstack.processes import wait_until


def eventually(condition: Callable[[], bool], what: str, seconds: float) -> None:
    """As `wait_until`, with failures of the transport counted as not yet."""

    def holds() -> bool:
        with suppress(httpx.TransportError):
            return condition()
        return False

    wait_until(holds, what, seconds)
