"""bin/bench ingest [--quick] [--rounds N] [--records N] [--lanes N]"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from devstack.plane import Plane, running_plane
from devstack.processes import cpu_seconds
from devstack.settings import ROOT, StackError
from devstack.terminal import step

PROGRAM = ROOT / ".build" / "release" / "ingest-load"
#: Records a second, with PostgreSQL and the sender on the same machine.
GOAL = 20_000


@dataclass(frozen=True)
class Round:
    """What one round took. CPU in seconds for each million records."""

    records: int
    seconds: float
    batches: int
    bytes_sent: int
    control_plane: float
    postgres: float
    sender: float

    @property
    def rate(self) -> float:
        return self.records / self.seconds


def main() -> int:
    options = _options()
    try:
        with running_plane("bench-ingest", replicas=1) as plane:
            # The first records pay for partitions, plans and caches.
            _round(plane, 0, options.lanes, 20_000)
            rounds = [_round(plane, number + 1, options.lanes, options.records) for number in range(options.rounds)]
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(_write(rounds, options).read_text())
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench ingest", description="Records into the control plane's storage.")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--records", type=int, default=400_000, help="in each round")
    parser.add_argument("--lanes", type=int, default=4, help="that send at the same time")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.records = 1, 100_000
    return options


def _round(plane: Plane, number: int, lanes: int, records: int) -> Round:
    """Sends records as an agent of its own, and checks that all of them are stored."""
    step(f"{records:,} records")
    name = f"bench-{number}"
    token = plane.replicas[0].api(plane.admin_key).post("/v1/agents/join-tokens", {"agent": name})["token"]
    processes = (plane.replicas[0].service.pid or 0, plane.postgres.pid or 0)
    before = [cpu_seconds(pid) for pid in processes]
    where = ["--url", plane.replicas[0].url, "--ca", str(plane.settings.ca_file), "--join-token", token, "--agent", name]
    result = subprocess.run(
        [PROGRAM, *where, "--lanes", str(lanes), "--records", str(records)], capture_output=True, text=True
    )
    if result.returncode != 0:
        raise StackError(f"the records could not be sent:\n{result.stderr}")
    after = [cpu_seconds(pid) for pid in processes]
    sent = json.loads(result.stdout)
    _check(plane, name, lanes, sent)
    control_plane, postgres = ((end - start) * 1e6 / sent["records"] for start, end in zip(before, after, strict=True))
    return Round(
        sent["records"], sent["seconds"], sent["batches"], sent["sent_bytes"],
        control_plane, postgres, sent["cpu_seconds"] * 1e6 / sent["records"],
    )  # fmt: skip


def _check(plane: Plane, agent: str, lanes: int, sent: dict[str, int]) -> None:
    with plane.postgres.connect("plane") as database:
        stored = database.execute(
            "SELECT sum(next_sequence), sum(statements), count(flaw), count(*) FILTER (WHERE status <> 'closed')"
            " FROM sessions WHERE agent_name = %s",
            [agent],
        ).fetchone()
        finished = database.execute(
            "SELECT count(finished_at) FROM statements JOIN sessions ON sessions.id = session_id WHERE agent_name = %s",
            [agent],
        ).fetchone()
    # The first record of a lane belongs to no session.
    wanted = (sent["records"] - lanes, sent["statements"], 0, 0, sent["statements"])
    found = (*map(int, stored or ()), *(finished or ()))
    if found != wanted:
        raise StackError(f"records, statements, flaws, open sessions and results stored: {found}, sent: {wanted}")


def _write(rounds: list[Round], options: argparse.Namespace) -> Path:
    def median(field: str) -> float:
        return statistics.median(getattr(one, field) for one in rounds)

    rate = median("rate")
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}: {options.lanes} lanes of one agent, batches of at most 1 MiB over h2 and TLS; medians over"
        f" {options.rounds} round(s) of {rounds[0].records:,} records. Sender, control plane and PostgreSQL share the machine.",
        "",
        "| | |",
        "|---|---|",
        f"| Records stored a second | {rate:,.0f} |",
        f"| Batches a second | {median('batches') / median('seconds'):.1f} |",
        f"| Compressed bytes for each record | {median('bytes_sent') / median('records'):.0f} |",
        f"| CPU of the control plane, s per 1,000,000 records | {median('control_plane'):.1f} |",
        f"| CPU of PostgreSQL, s per 1,000,000 records | {median('postgres'):.1f} |",
        f"| CPU of the sender, s per 1,000,000 records | {median('sender'):.1f} |",
        "",
        f"- records a second: **{rate:,.0f}**, at least {GOAL:,}: {'met' if rate >= GOAL else 'missed'}",
    ]
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    path = folder / "ingest.md"
    path.write_text("\n".join(lines) + "\n")
    document = {"rounds": [vars(one) | {"rate": one.rate} for one in rounds], "lanes": options.lanes}
    path.with_suffix(".json").write_text(json.dumps(document, indent=2) + "\n")
    return path


if __name__ == "__main__":
    sys.exit(main())
