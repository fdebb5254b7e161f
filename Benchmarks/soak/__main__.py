"""bin/bench soak [--minutes M] [--callers N] [--agents N]"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from devstack.plane import Plane, running_plane
from devstack.processes import free_port, resident_bytes, wait_until
from devstack.settings import StackError
from devstack.stack import Agent
from devstack.terminal import step

from .load import Load
from .sessions import Door, Sessions, await_records, open_door

#: What resident memory may grow by after the warm-up of a long run.
GROWTH_LIMIT = 0.05
#: The part of the time in which caches, pools and the allocator find their size.
WARM_UP = 0.25
#: Descriptors more or less that are no leak, which grows with the load: an agent has one connection or two.
DESCRIPTOR_SLACK = 4
#: How long after the load descriptors may take to close: longer than an idle connection is kept (75 s).
SETTLING_SECONDS = 100


@dataclass
class Watched:
    """One process: its memory while the load ran, and its descriptors when it did not."""

    name: str
    pid: int
    resident: list[int] = field(default_factory=list)
    descriptors_before: int = 0
    descriptors_after: int = 0

    @property
    def growth(self) -> float:
        """Of the last tenth of the samples beside the first one."""
        part = max(1, len(self.resident) // 10)
        return statistics.median(self.resident[-part:]) / statistics.median(self.resident[:part]) - 1


@dataclass
class Report:
    watched: list[Watched]
    actions: Counter[str]
    errors: list[str]
    growth_limit: float

    @property
    def failures(self) -> list[str]:
        found = [f"error: {error}" for error in self.errors]
        for process in self.watched:
            if process.growth > self.growth_limit:
                found.append(f"{process.name} grew by {process.growth:.1%}")
            before, after = process.descriptors_before, process.descriptors_after
            if after > before + DESCRIPTOR_SLACK:
                found.append(f"{process.name} leaks descriptors: {before} became {after}")
        if not self.actions:
            found.append("nothing was done")
        return found

    def lines(self) -> list[str]:
        rows = ["| process | RSS without files after warm-up, MiB | at the end | growth | descriptors before | after |", "|---|---|---|---|---|---|"]
        for process in self.watched:
            first, last = (process.resident[index] / (1 << 20) for index in (0, -1))
            before, after = process.descriptors_before, process.descriptors_after
            rows.append(f"| {process.name} | {first:.1f} | {last:.1f} | {process.growth:.1%} | {before} | {after} |")
        done = ", ".join(f"{count:,} {name}" for name, count in sorted(self.actions.items()))
        return [*rows, "", f"Done: {done}; {len(self.errors)} errors."]


def soak(minutes: float, callers: int = 6, agents: int = 2, growth_limit: float = GROWTH_LIMIT) -> Report:
    """Runs mixed load over a control plane and agents, and says what they kept of it.

    Half of the load calls the API, the other half runs statements through the agents, which upload what they record.
    """
    with running_plane("soak", replicas=1) as plane, ExitStack() as cleanup:
        watched = [Watched("control plane", plane.replicas[0].service.pid or 0)]
        settings = replace(plane.settings, http_port=plane.replicas[0].port)
        admin = plane.replicas[0].api(plane.admin_key)
        doors = []
        for number in range(agents):
            agent = Agent(settings, f"soak-{number}", free_port())
            agent.start(admin)
            cleanup.callback(agent.service.stop)
            watched.append(Watched(agent.name, agent.service.pid or 0))
            doors.append(open_door(plane, admin, agent))
        admin.http.close()
        report = Report(watched, Counter(), [], growth_limit)
        # Making its table was the first statement through each door.
        report.actions["statement"] = len(doors)
        seconds = minutes * 60
        _run(plane, doors, callers, seconds * WARM_UP, [], report)
        for process, count in zip(watched, _descriptors(plane, watched), strict=True):
            process.descriptors_before = count
        _run(plane, doors, callers, seconds * (1 - WARM_UP), watched, report)
        _await_descriptors(plane, watched)
        report.errors += await_records(plane, doors, report.actions["statement"])
        return report


def _run(
    plane: Plane, doors: list[Door], callers: int, seconds: float, watched: list[Watched], report: Report
) -> None:
    """Adds what was done, and what went wrong, to the report."""
    step(f"{seconds / 60:.1f} minutes of load, {'measured' if watched else 'to warm up'}")
    load, sessions = Load(plane, callers), Sessions(doors)
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(load.errors) + len(sessions.errors) < 20:
        time.sleep(min(1, seconds / 20))
        for process in watched:
            # Without mapped files: an agent's segment of the spool fills up and begins anew.
            process.resident.append(resident_bytes(process.pid, "RssAnon"))
    sessions.stop()
    load.stop()
    report.actions.update(load.done)
    report.actions["statement"] += sessions.statements
    report.errors += load.errors + sessions.errors


def _descriptors(plane: Plane, watched: list[Watched]) -> list[int]:
    """The descriptors of each process once its callers' connections are gone; those to the database, which are a pool, apart."""
    # The agents have a connection or two each, and this question another one.
    wait_until(
        lambda: _metric(plane, "sallyport_http_connections") < 2 * len(watched), "the end of connections", SETTLING_SECONDS
    )
    counts = [len(os.listdir(f"/proc/{process.pid}/fd")) for process in watched]
    counts[0] -= _metric(plane, 'sallyport_database_connections{state="open"}')
    return counts


def _await_descriptors(plane: Plane, watched: list[Watched]) -> None:
    """Waits until no process has more descriptors than before the load, as far as they ever have not."""
    end = time.monotonic() + SETTLING_SECONDS
    while True:
        for process, count in zip(watched, _descriptors(plane, watched), strict=True):
            process.descriptors_after = count
        settled = all(process.descriptors_after <= process.descriptors_before for process in watched)
        if settled or time.monotonic() > end:
            return
        time.sleep(1)


def _metric(plane: Plane, name: str) -> int:
    with plane.replicas[0].api(plane.admin_key).http as http:
        text = http.get("/metrics").text
    found = [line.split()[-1] for line in text.splitlines() if line.startswith(f"{name} ")]
    if not found:
        raise StackError(f"there is no metric {name}")
    return int(float(found[0]))


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench soak", description="Mixed load for long.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--callers", type=int, default=6)
    parser.add_argument("--agents", type=int, default=2)
    options: Any = parser.parse_args()
    try:
        report = soak(options.minutes, options.callers, options.agents)
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print("\n".join(report.lines()))
    for failure in report.failures:
        print(f"failed: {failure}", file=sys.stderr)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
