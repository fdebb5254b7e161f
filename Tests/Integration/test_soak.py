"""A short run of `bin/bench soak`: nothing fails, nothing leaks, memory stays."""

from __future__ import annotations

import pytest
from soak.__main__ import soak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(360)]


def test_mixed_load_leaves_nothing_behind() -> None:
    report = soak(minutes=0.75, callers=4, agents=1)
    assert report.failures == [], "\n".join(report.lines())
    assert set(report.actions) == {"read", "account", "missing", "broken", "cut_off", "statement"}
