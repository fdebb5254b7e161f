"""The results as JSON, as Markdown, and in the README."""

from __future__ import annotations

import json
import os
import platform
import re
from pathlib import Path
from typing import Any

from devstack.settings import ROOT

_BEGIN, _END = "<!-- bench:begin -->", "<!-- bench:end -->"


def machine() -> dict[str, Any]:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "cpu": cpu[1] if cpu else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory[1]) / 2**20) if memory else None,
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
    }


def markdown(results: dict[str, Any]) -> str:
    host = results["machine"]
    versions = ", ".join(results["versions"].values())
    parts = [
        f"{results['at'][:10]}: {host['cores']} cores of {host['cpu']}, {host['memory_gib']} GiB, "
        f"Linux {host['kernel']}; {versions}. Client, proxy and server share the machine; medians over "
        f"{results['rounds']} interleaved round(s), {results['seconds']} s for each run of pgbench; "
        "TLS off throughout. PgBouncer pools sessions and checks a SCRAM password, HAProxy relays TCP, "
        "Sallyport checks an API key; to the server all log in with SCRAM.",
        _transactions(results, "per_second", "Transactions per second (`pgbench -S`)", "{:,.0f}"),
        _transactions(results, "latency_ms", "Mean latency, ms", "{:.2f}"),
        _transactions(
            results, "proxy_cpu_ms_per_1000", "CPU of the proxy, ms per 1,000 transactions", "{:.1f}", proxies_only=True
        ),
        _bulk(results),
        _idle(results),
        _goals(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def write(results: dict[str, Any], readme: bool) -> Path:
    directory = ROOT / "bench-results"
    directory.mkdir(exist_ok=True)
    name = re.sub(r"\D", "", results["at"])[:14]
    text = markdown(results)
    for stem in (name, "latest"):
        (directory / f"{stem}.json").write_text(json.dumps(results, indent=2) + "\n")
        (directory / f"{stem}.md").write_text(text)
    if readme:
        _into_readme(text)
    return directory / f"{name}.md"


def _into_readme(text: str) -> None:
    file = ROOT / "README.md"
    before, rest = file.read_text().split(_BEGIN, 1)
    _, after = rest.split(_END, 1)
    file.write_text(f"{before}{_BEGIN}\n{text}{_END}{after}")


def _table(title: str, header: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {title} | " + " | ".join(header) + " |", "|---" * (len(header) + 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def _cell(value: float | None, layout: str) -> str:
    return "–" if value is None else layout.format(value)


def _transactions(results: dict[str, Any], key: str, title: str, layout: str, proxies_only: bool = False) -> str:
    names = [name for name in results["contenders"] if not (proxies_only and name == "direct")]
    rows = [
        [f"{case['mode']}, {case['clients']} clients".replace(" 1 clients", " 1 client")]
        + [_cell(case["by"].get(name, {}).get(key), layout) for name in names]
        for case in results["transactions"]
    ]
    return _table(title, names, rows) if rows else ""


def _bulk(results: dict[str, Any]) -> str:
    rows = []
    for case in results["bulk"]:
        cells = [case["by"].get(name, {}) for name in results["contenders"]]
        rows.append(
            [f"{case['name']}, MB/s"] + [_cell(cell.get("megabytes_per_second"), "{:,.0f}") for cell in cells]
        )
        rows.append(
            [f"{case['name']}, CPU s of the proxy per GB"]
            + [_cell(cell.get("proxy_cpu_seconds_per_gb"), "{:.2f}") for cell in cells]
        )
    return _table(f"{results['bulk_rows']:,} rows", results["contenders"], rows) if rows else ""


def _idle(results: dict[str, Any]) -> str:
    if not results["idle"]:
        return ""
    names = [name for name in results["contenders"] if name in results["idle"]]
    count = max(entry["connections"] for entry in results["idle"].values())
    row = ["KiB for each pair"] + [_cell(results["idle"][name]["kib_per_pair"], "{:.1f}") for name in names]
    return _table(f"Resident memory, {count:,} idle connections", names, [row])


def _goals(results: dict[str, Any]) -> str:
    lines = [
        f"- {goal['what']}: **{goal['value']:.2f}**, "
        f"{goal['relation']} {goal['bound']:g}: {'met' if goal['met'] else 'missed'}"
        for goal in goals(results)
    ]
    return "\n".join(lines)


def goals(results: dict[str, Any]) -> list[dict[str, Any]]:
    """The agent against its bounds; what was not measured is left out."""
    found: list[dict[str, Any]] = []

    def add(what: str, value: float, bound: float, at_most: bool) -> None:
        met = value <= bound if at_most else value >= bound
        relation = "at most" if at_most else "at least"
        found.append({"what": what, "value": value, "bound": bound, "relation": relation, "met": met})

    for case in results["transactions"]:
        by = case["by"]
        if (case["mode"], case["clients"]) != ("prepared", 16) or "PgBouncer" not in by:
            continue
        for name, bound in (("Sallyport", 1.5), ("Sallyport, recording off", 1.15)):
            if name in by:
                ratio = by[name]["proxy_cpu_ms_per_1000"] / by["PgBouncer"]["proxy_cpu_ms_per_1000"]
                add(f"{name}: CPU per transaction over PgBouncer's, prepared, 16 clients", ratio, bound, True)
    for case in results["bulk"]:
        by = case["by"]
        if case["name"] == "SELECT" and {"Sallyport", "HAProxy"} <= by.keys():
            ratio = by["Sallyport"]["megabytes_per_second"] / by["HAProxy"]["megabytes_per_second"]
            add("Sallyport: MB/s of a large SELECT over HAProxy's", ratio, 0.9, False)
    if "Sallyport" in results["idle"]:
        add("Sallyport: KiB for each idle pair", results["idle"]["Sallyport"]["kib_per_pair"], 40, True)
    return found
