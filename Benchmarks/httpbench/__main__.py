"""bin/bench http [--quick] [--rounds N] [--seconds N] [--without NAME]... [--idle N]"""

from __future__ import annotations

import argparse
import json
import re
import resource
import socket
import ssl
import statistics
import subprocess
import sys
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from devstack.plane import Plane, running_plane
from devstack.processes import cpu_seconds, resident_bytes
from devstack.settings import ROOT, StackError
from devstack.terminal import step

from .contenders import WIRES, Contender, Hummingbird, Nginx, Sallyport, Wire

CONNECTIONS = 64
#: Requests that each h2 connection has under way.
STREAMS = 10
ROUTES = {"/v1/me": "with a token", "/healthz": "static"}
#: Of the requests per CPU second of others.
GOALS = {"nginx": 0.6, "Hummingbird": 1.5}
IDLE_GOAL_KIB = 32

_DONE = re.compile(r"requests: (\d+) total, \d+ started, (\d+) done, (\d+) succeeded")


def main() -> int:
    options = _options()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        with running_plane("bench-http", replicas=1) as plane, ExitStack() as cleanup:
            contenders = _start(plane, options, cleanup)
            rates = _measure(contenders, plane, options)
            idle = _idle(contenders[0], plane, options.idle) if options.idle else None
    except StackError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(_write(rates, idle, options).read_text())
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench http", description="The control plane's server beside others.")
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5, help="for each run of h2load")
    parser.add_argument("--without", action="append", default=[], metavar="NAME", help="leave a contender out")
    parser.add_argument("--idle", type=int, default=10_000, help="idle TLS connections to measure memory with; 0: none")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.idle = 1, 2, min(options.idle, 1_000)
    return options


def _start(plane: Plane, options: argparse.Namespace, cleanup: ExitStack) -> list[Contender]:
    api = plane.replicas[0].api(plane.admin_key).http
    me, health = api.get("/v1/me").text, api.get("/healthz").text
    run = plane.settings.run
    makers = {
        "Sallyport": lambda: Sallyport(run, plane),
        "nginx": lambda: Nginx(run, plane, me, health),
        "Hummingbird": lambda: Hummingbird(run, plane, me, health),
    }
    contenders = []
    for name, make in makers.items():
        if name not in options.without:
            step(f"starting {name}")
            contenders.append(make())
            cleanup.callback(contenders[-1].stop)
    return contenders


def _measure(
    contenders: list[Contender], plane: Plane, options: argparse.Namespace
) -> dict[tuple[str, str], dict[str, float]]:
    """Requests per CPU second by (wire, route) and contender: medians over rounds in which the contenders take turns."""
    samples: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for wire in WIRES:
        for route in ROUTES:
            step(f"{wire.name}, {route}")
            for _ in range(options.rounds):
                for contender in contenders:
                    if wire in contender.urls:
                        rate = _load(contender, wire, route, plane.admin_key, options.seconds)
                        samples[wire.name, route][contender.name].append(rate)
    return {
        case: {name: statistics.median(rates) for name, rates in by.items()} for case, by in samples.items()
    }


def _load(contender: Contender, wire: Wire, route: str, token: str, seconds: int) -> float:
    def cpu() -> float:
        return sum(map(cpu_seconds, contender.pids))

    protocol = ["-m", str(STREAMS)] if wire.is_http2 else ["--h1"]
    command = ["h2load", "-c", str(CONNECTIONS), "-t", "1", "-D", str(seconds), *protocol]
    header = ["-H", f"authorization: Bearer {token}"]
    before = cpu()
    output = subprocess.run([*command, *header, contender.urls[wire] + route], capture_output=True, text=True).stdout
    after = cpu()
    found = _DONE.search(output)
    if not found or found[2] != found[3] or found[3] == "0":
        raise StackError(f"h2load did not get only successes from {contender.name}, {wire.name}:\n{output}")
    return int(found[3]) / max(after - before, 0.01)


def _idle(contender: Contender, plane: Plane, count: int) -> float:
    """KiB of resident memory for each of `count` TLS connections that have had one request and ask nothing more."""
    wire = next(wire for wire in WIRES if wire.is_tls and not wire.is_http2)
    step(f"{count:,} idle TLS connections")
    address = urlsplit(contender.urls[wire])
    trust = ssl.create_default_context(cafile=plane.settings.ca_file)
    request = f"GET /healthz HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()

    def connect() -> ssl.SSLSocket:
        raw = socket.create_connection((address.hostname, address.port), timeout=30)
        connection = trust.wrap_socket(raw, server_hostname=address.hostname)
        connection.sendall(request)
        if not connection.recv(65536).startswith(b"HTTP/1.1 200 "):
            raise StackError("a connection was not served")
        return connection

    def resident() -> int:
        return sum(map(resident_bytes, contender.pids))

    # The first ones pay for what all share.
    open_connections = [connect() for _ in range(100)]
    before = resident()
    open_connections += [connect() for _ in range(count)]
    after = resident()
    for connection in open_connections:
        connection.close()
    return (after - before) / count / 1024


def _write(
    rates: dict[tuple[str, str], dict[str, float]], idle: float | None, options: argparse.Namespace
) -> Path:
    names = list(dict.fromkeys(name for by in rates.values() for name in by))
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}: {CONNECTIONS} connections, {STREAMS} streams on each of h2; medians over"
        f" {options.rounds} interleaved round(s) of {options.seconds} s.",
        "",
        "| Requests per CPU second | " + " | ".join(names) + " |",
        "|---|" + "---|" * len(names),
    ]
    for (wire, route), by in rates.items():
        cells = [f"{by[name]:,.0f}" if name in by else "–" for name in names]
        lines.append(f"| {wire}, {route} ({ROUTES[route]}) | " + " | ".join(cells) + " |")
    lines.append("")
    for other, goal in GOALS.items():
        ratios = [by["Sallyport"] / by[other] for by in rates.values() if other in by and "Sallyport" in by]
        if ratios:
            met = "met" if min(ratios) >= goal else "missed"
            lines.append(f"- of {other}'s: from **{min(ratios):.2f}** to {max(ratios):.2f}, at least {goal}: {met}")
    if idle is not None:
        met = "met" if idle <= IDLE_GOAL_KIB else "missed"
        lines.append(f"- KiB for each idle TLS connection: **{idle:.1f}**, at most {IDLE_GOAL_KIB}: {met}")
    folder = ROOT / "bench-results"
    folder.mkdir(exist_ok=True)
    path = folder / "http.md"
    path.write_text("\n".join(lines) + "\n")
    document = {"rates": [{"wire": w, "route": r, "by": by} for (w, r), by in rates.items()], "idle_kib": idle}
    path.with_suffix(".json").write_text(json.dumps(document, indent=2) + "\n")
    return path


if __name__ == "__main__":
    sys.exit(main())
