"""One measurement of one contender."""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from itertools import pairwise

from devstack.processes import cpu_seconds, resident_bytes
from devstack.settings import StackError

from .contenders import Contender

_PROGRESS = re.compile(r"progress: ([\d.]+) s, ([\d.]+) tps, lat ([\d.]+) ms")


@dataclass(frozen=True)
class Transactions:
    per_second: float
    latency_ms: float
    proxy_cpu_ms_per_1000: float | None


@dataclass(frozen=True)
class Bulk:
    megabytes_per_second: float
    proxy_cpu_seconds_per_gb: float | None


@dataclass(frozen=True)
class Idle:
    connections: int
    kib_per_pair: float


def transactions(contender: Contender, mode: str, clients: int, seconds: int) -> Transactions:
    """pgbench -S, from its first report to its last: connecting and logging in are not counted."""
    command = ["pgbench", "-n", "-S", "-M", mode, "-c", str(clients), "-j", str(min(clients, os.cpu_count() or 1))]
    process = subprocess.Popen(
        [*command, "-T", str(seconds + 1), "-P", "1"],
        env=contender.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    reports: list[tuple[float, float, float]] = []
    cpu: list[float] = []
    other = []
    assert process.stderr
    for line in process.stderr:
        if match := _PROGRESS.search(line):
            cpu.append(cpu_seconds(contender.pid) if contender.pid else 0)
            reports.append((float(match[1]), float(match[2]), float(match[3])))
        else:
            other.append(line)
    if process.wait() != 0 or len(reports) < 2:
        raise StackError(f"pgbench -M {mode} -c {clients} through {contender.name} failed:\n{''.join(other)[-2000:]}")
    counted = list(pairwise(reports))
    done = sum(rate * (at - before) for (before, _, _), (at, rate, _) in counted)
    latency = sum(rate * (at - before) * lat for (before, _, _), (at, rate, lat) in counted) / done
    return Transactions(
        per_second=done / (reports[-1][0] - reports[0][0]),
        latency_ms=latency,
        proxy_cpu_ms_per_1000=(cpu[-1] - cpu[0]) / done * 1e6 if contender.pid else None,
    )


def bulk(contender: Contender, statement: str, repeat: int) -> Bulk:
    """The same large result several times over one connection, counted in bytes on the wire."""
    connection = contender.connect()
    try:
        buffer = bytearray(1 << 20)
        connection.drain("SELECT 1", buffer)
        cpu = cpu_seconds(contender.pid) if contender.pid else 0
        began = time.monotonic()
        count = sum(connection.drain(statement, buffer) for _ in range(repeat))
        elapsed = time.monotonic() - began
        used = cpu_seconds(contender.pid) - cpu if contender.pid else None
    finally:
        connection.close()
    return Bulk(count / 1e6 / elapsed, None if used is None else used / (count / 1e9))


def idle(contender: Contender, connections: int) -> Idle:
    """What each connection adds to the proxy's resident memory, once it has run a statement and rests."""
    if not contender.pid:
        raise ValueError("only a proxy has memory of its own")
    warm = [contender.connect() for _ in range(16)]
    for connection in warm:
        connection.run("SELECT 1")
    before = resident_bytes(contender.pid)
    opened = []
    try:
        for _ in range(connections):
            opened.append(contender.connect())
            opened[-1].run("SELECT 1")
        time.sleep(1)
        after = resident_bytes(contender.pid)
    finally:
        for connection in warm + opened:
            connection.close()
    return Idle(connections, (after - before) / connections / 1024)
