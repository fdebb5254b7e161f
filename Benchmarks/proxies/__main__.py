"""bin/bench [--quick] [--rounds N] [--seconds N] [--idle N] [--without NAME]... [--no-readme]"""

from __future__ import annotations

import argparse
import dataclasses
import os
import re
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from devstack.certificates import ensure_certificates
from devstack.processes import free_port
from devstack.settings import ROOT, Settings, StackError
from devstack.stack import Stack
from devstack.terminal import step

from . import measures, report
from .contenders import Contender, Direct, HAProxy, PgBouncer, Sallyport, prepare_database

MODES = ("simple", "extended", "prepared")
CLIENTS = (1, 16, 64)
BULK = {"SELECT": "SELECT * FROM bulk", "COPY TO STDOUT": "COPY bulk TO STDOUT"}


def main() -> int:
    options = _options()
    if (load := os.getloadavg()[0]) > 0.5:
        step(f"the machine is busy with something else (load {load:.1f}): expect noise")
    _raise_descriptor_limit()
    settings = Settings(
        run=ROOT / ".run" / "bench",
        http_port=free_port(),
        postgres_port=free_port(),
        upstream_port=free_port(),
        upstream_connections=options.idle + 200,
        database_url=None,
    )
    stack = Stack(settings)
    with stack.lock(), ExitStack() as cleanup:
        stack.erase()
        cleanup.callback(stack.stop)
        try:
            contenders = _start(stack, options, cleanup)
            results = _measure(contenders, options)
        except StackError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("stopped: no results are kept", file=sys.stderr)
            return 130
    path = report.write(results, readme=not options.quick and not options.no_readme and not options.without)
    print(path.read_text())
    print(f"{settings.relative(path)} and .json hold this", file=sys.stderr)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="The agent beside PgBouncer and HAProxy.")
    parser.add_argument("--quick", action="store_true", help="one short round of a few cases")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="for each pgbench run")
    parser.add_argument("--idle", type=int, default=2000, help="idle connections to measure memory with")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the large result")
    parser.add_argument("--scale", type=int, default=10, help="of the pgbench tables")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="leave a contender out")
    parser.add_argument("--no-readme", action="store_true", help="leave README.md as it is")
    options = parser.parse_args()
    options.modes, options.clients, options.repeat = MODES, CLIENTS, 3
    if options.quick:
        options.rounds, options.seconds, options.idle, options.repeat = 1, 2, min(options.idle, 200), 2
        options.modes, options.clients = ("simple", "prepared"), (1, 16)
    options.idle = min(options.idle, _affordable_connections())
    return options


def _start(stack: Stack, options: argparse.Namespace, cleanup: ExitStack) -> list[Contender]:
    with_agent = "Sallyport" not in options.without
    step("starting the stack" if with_agent else "starting PostgreSQL")
    settings = stack.settings
    for directory in (settings.secrets, settings.logs):
        directory.mkdir(parents=True, exist_ok=True)
    if with_agent:
        admin = stack.start()
    else:
        ensure_certificates(settings)
        stack.postgres.start()
    step(f"filling the tables: pgbench scale {options.scale}, and {options.rows:,} rows")
    password = prepare_database(stack.postgres, options.scale, options.rows)
    contenders: list[Contender] = [
        Direct(stack.postgres, password),
        PgBouncer(settings.run, stack.postgres, password),
        HAProxy(settings.run, stack.postgres, password),
    ]
    if with_agent:
        contenders.append(Sallyport(stack, admin, password, recording=True))
        contenders.append(Sallyport(stack, admin, password, recording=False))
    contenders = [one for one in contenders if one.name not in options.without]
    for contender in contenders:
        cleanup.callback(contender.stop)
        contender.restart()
    return contenders


def _measure(contenders: list[Contender], options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": report.machine(),
        "versions": _versions(),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "bulk_rows": options.rows,
        "contenders": [contender.name for contender in contenders],
        "idle": {},
        "transactions": [],
        "bulk": [],
    }
    for contender in contenders:
        if contender.pid:
            step(f"{options.idle:,} idle connections through {contender.name}")
            results["idle"][contender.name] = dataclasses.asdict(measures.idle(contender, options.idle))
            contender.restart()
    for mode in options.modes:
        for clients in options.clients:
            measure = partial(measures.transactions, mode=mode, clients=clients, seconds=options.seconds)
            by = _rounds(contenders, options.rounds, measure, f"pgbench -S -M {mode} -c {clients}")
            results["transactions"].append({"mode": mode, "clients": clients, "by": by})
    for name, statement in BULK.items():
        read = partial(measures.bulk, statement=statement, repeat=options.repeat)
        by = _rounds(contenders, options.rounds, read, name)
        results["bulk"].append({"name": name, "by": by})
    results["goals"] = report.goals(results)
    return results


def _rounds(
    contenders: list[Contender], rounds: int, measure: Callable[[Contender], Any], what: str
) -> dict[str, dict[str, float | None]]:
    """The median of every figure over the rounds; the order of the contenders rotates from one round to the next."""
    taken: dict[str, list[dict[str, float | None]]] = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        step(f"{what}, round {number + 1} of {rounds}")
        first = number % len(contenders)
        for contender in contenders[first:] + contenders[:first]:
            taken[contender.name].append(dataclasses.asdict(measure(contender)))
    return {name: {key: _median([one[key] for one in many]) for key in many[0]} for name, many in taken.items()}


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _versions() -> dict[str, str]:
    commands = {"postgres": "postgres (PostgreSQL) ", "pgbouncer": "PgBouncer ", "haproxy": "HAProxy version "}
    programs = {"postgres": ["/usr/lib/postgresql/15/bin/postgres", "--version"]}
    programs |= {"pgbouncer": ["/usr/sbin/pgbouncer", "--version"], "haproxy": ["/usr/sbin/haproxy", "-v"]}
    labels = {"postgres": "PostgreSQL", "pgbouncer": "PgBouncer", "haproxy": "HAProxy"}
    found = {}
    for name, prefix in commands.items():
        text = subprocess.run(programs[name], capture_output=True, text=True).stdout
        match = re.search(re.escape(prefix) + r"([\d.]+)", text)
        found[name] = f"{labels[name]} {match[1].rstrip('.')}" if match else labels[name]
    return found


def _raise_descriptor_limit() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _affordable_connections() -> int:
    """Each costs a server process of PostgreSQL; 4 MiB for each leaves room for the rest of the machine."""
    available = re.search(r"MemAvailable:\s*(\d+)", Path("/proc/meminfo").read_text())
    return int(available[1]) // 1024 // 4 if available else 200


if __name__ == "__main__":
    sys.exit(main())
