"""A short run of `bin/bench soak`: nothing fails, no descriptor leaks, memory does not grow with the load."""

from __future__ import annotations

import pytest
from soak.__main__ import soak

pytestmark = [pytest.mark.slow, pytest.mark.timeout(360)]


#: Of processes of some 17 MiB that do some 4,000 actions and more while it is measured: a leak of 1 KiB for each action is more.
#: Caches and the allocator are still finding their size by then, so the 5 % of a long run would say nothing here.
GROWTH_LIMIT = 0.2


def test_mixed_load_leaves_nothing_behind() -> None:
    report = soak(minutes=0.75, callers=4, agents=1, growth_limit=GROWTH_LIMIT)
    assert report.failures == [], "\n".join(report.lines())
    assert set(report.actions) == {"read", "account", "missing", "broken", "cut_off", "statement"}
