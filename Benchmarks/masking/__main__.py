"""bin/bench mask [--quick] [--rows N] [--rounds N] : the figures in Markdown, and in bench-results/mask.json"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detectors.running import analyzed
from devstack import wire
from devstack.api import API
from devstack.demo import put_resource
from devstack.processes import cpu_seconds, free_port
from devstack.settings import ROOT, Settings, StackError
from devstack.stack import Stack
from devstack.terminal import step

ROLE = "masked"
RESULT = "SELECT name, email, city, phone, note FROM people"
SMALL = "SELECT name, email, city, phone, note FROM people LIMIT 100"
ALLOW = {"effect": "allow", "actions": ["read"]}
COLUMN = {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}}
DETECTORS = ["credit_card", "iban", "email", "phone", "ip_address", "url", "credential", "national_id"]
FOUND = {"effect": "mask", "detectors": DETECTORS, "with": {"kind": "redact"}}
CASES: dict[str, list[dict[str, Any]]] = {
    "passed": [],
    "column": [COLUMN],
    "column, partial": [{"effect": "mask", "tags": ["pii"], "with": {"kind": "partial", "keep_last": 4}}],
    "column, hash": [{"effect": "mask", "tags": ["pii"], "with": {"kind": "hash"}}],
    "column, all detectors": [COLUMN, FOUND],
    "all detectors": [FOUND],
}
# Rows that Presidio reads: it needs about a second for a hundred.
PRESIDIO_ROWS = 1_000


@dataclass(frozen=True)
class Way:
    """The same database under one policy."""

    name: str
    key: str
    port: int

    def connect(self) -> wire.Wire:
        return wire.Wire.login(self.port, self.name, self.key, self.name)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench mask", description=__doc__.partition("\n\n")[2])
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, one round")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.quick:
        options.rows, options.rounds = options.rows // 10, 1
    settings = Settings(
        run=ROOT / ".run" / "bench", http_port=free_port(), postgres_port=free_port(), upstream_port=free_port(),
        upstream_connections=50, database_url=None,
    )
    stack = Stack(settings)
    with stack.lock(), ExitStack() as cleanup:
        stack.erase()
        cleanup.callback(stack.stop)
        try:
            ways = prepare(stack, options.rows)
            results = measure(stack, ways, options.rounds)
            step(f"Presidio, {PRESIDIO_ROWS:,} rows")
            results["presidio_mb_per_core_second"] = analyzed(texts(stack))["per_second"] / 1e6
        except StackError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    results |= {"rows": options.rows, "rounds": options.rounds, "cores": os.cpu_count()}
    path = ROOT / "bench-results" / "mask.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(results, indent=2) + "\n")
    print(markdown(results))
    return 0


def prepare(stack: Stack, rows: int) -> dict[str, Way]:
    """A table of five text columns, and a resource for each case."""
    step("starting the stack")
    admin = stack.start()
    step(f"filling a table of {rows:,} rows")
    stack.postgres.ensure_role(ROLE, ROLE)
    stack.postgres.ensure_database(ROLE, owner=ROLE)
    with stack.postgres.connect(ROLE) as connection:
        connection.execute(f"""
            CREATE UNLOGGED TABLE people AS
            SELECT 'Name Surname ' || n AS name, 'person' || n || '@example.com' AS email,
                   'City of ' || md5(n::text) AS city, '+1-202-555-' || lpad((n % 10000)::text, 4, '0') AS phone,
                   'Called on ' || (date '2020-01-01' + n % 2000) || ' about order ' || n || ', wants it by mail.' AS note
            FROM generate_series(1, {rows}) AS n""")
        connection.execute(f"ALTER TABLE people OWNER TO {ROLE}")
        connection.execute("VACUUM (ANALYZE) people")
    ways = {case: way(stack, admin, f"mask-{number}", rules) for number, (case, rules) in enumerate(CASES.items())}
    time.sleep(1)
    return ways


def texts(stack: Stack) -> list[str]:
    with stack.postgres.connect(ROLE) as connection:
        return [text for row in connection.execute(f"{RESULT} LIMIT {PRESIDIO_ROWS}") for text in row]


def way(stack: Stack, admin: API, name: str, masks: list[dict[str, Any]]) -> Way:
    admin.post("/v1/service-accounts", {"name": name, "kind": "workload", "groups": [name]})
    key = admin.post(f"/v1/service-accounts/{name}/keys")["secret"]
    admin.put(
        f"/v1/policies/{name}",
        {
            "name": name, "enabled": True, "subjects": {"groups": [name]}, "resources": {"names": [name]},
            "access": "standing", "rules": [ALLOW, *masks],
        },
    )
    put_resource(
        admin,
        {
            "name": name, "protocol": "postgres", "labels": {"env": "bench"},
            "endpoint": {"host": "127.0.0.1", "port": stack.postgres.port, "database": ROLE, "tls": "disable"},
            "credential": {"mode": "static", "username": ROLE, "password": {"value": ROLE}},
            "agent": stack.agent.name,
        },
    )
    admin.put(f"/v1/resources/{name}/columns", {"items": [{"column": "public.people.email", "tags": ["pii"]}]})
    return Way(name, key, stack.agent.port)


def measure(stack: Stack, ways: dict[str, Way], rounds: int) -> dict[str, Any]:
    """Medians over the rounds; the cases take turns in each."""
    pid = stack.agent.service.pid
    assert pid
    bulk: dict[str, list[tuple[float, float]]] = {case: [] for case in ways}
    latency: dict[str, list[float]] = {case: [] for case in ways}
    buffer = bytearray(1 << 20)
    with ExitStack() as cleanup:
        sessions = {case: cleanup.enter_context(way.connect()) for case, way in ways.items()}
        size = sessions["passed"].drain(RESULT, buffer) / 1e6
        for number in range(rounds):
            step(f"round {number + 1} of {rounds}")
            for case, session in sessions.items():
                session.drain(RESULT, buffer)
                cpu, began = cpu_seconds(pid), time.monotonic()
                session.drain(RESULT, buffer)
                elapsed, used = time.monotonic() - began, cpu_seconds(pid) - cpu
                bulk[case].append((size / elapsed, size / max(used, 0.01)))
            for _ in range(400):
                for case, session in sessions.items():
                    began = time.perf_counter()
                    session.drain(SMALL, buffer)
                    latency[case].append((time.perf_counter() - began) * 1e6)
    return {
        "megabytes": size,
        "cases": {
            case: {
                "mb_per_second": statistics.median(rate for rate, _ in bulk[case]),
                "mb_per_core_second": statistics.median(rate for _, rate in bulk[case]),
                "latency_us": statistics.median(latency[case]),
            }
            for case in ways
        },
    }


def markdown(results: dict[str, Any]) -> str:
    cases = results["cases"]
    passed = cases["passed"]
    lines = [
        f"{results['rows']:,} rows of five text columns, {results['megabytes']:.0f} MB; medians of {results['rounds']} "
        "round(s); client, agent and server share the machine. MB are of the result as the server sent it.",
        "",
        "| one column of five masked | MB/s | of passed | MB per second of the agent's CPU | 100 rows, added µs |",
        "|---|---|---|---|---|",
    ]
    for case, one in cases.items():
        lines.append(
            f"| {case} | {one['mb_per_second']:.0f} | {one['mb_per_second'] / passed['mb_per_second']:.2f} "
            f"| {one['mb_per_core_second']:.0f} | {one['latency_us'] - passed['latency_us']:.0f} |"
        )
    everything, column = cases["column, all detectors"], cases["column"]
    faster = cases["all detectors"]["mb_per_core_second"] / results["presidio_mb_per_core_second"]
    goals = [
        ("MB per core, a column and all detectors", everything["mb_per_core_second"], 150, True),
        ("all detectors, MB per core over Presidio's", faster, 100, True),
        ("a column over passed", column["mb_per_second"] / passed["mb_per_second"], 0.7, True),
        ("added latency of 100 rows, µs", everything["latency_us"] - passed["latency_us"], 100, False),
    ]
    lines.append("")
    for name, value, goal, is_floor in goals:
        met = value >= goal if is_floor else value <= goal
        lines.append(f"- {name}: **{value:.2f}**, {'at least' if is_floor else 'at most'} {goal}: {'met' if met else 'missed'}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
