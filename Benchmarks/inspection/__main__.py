"""bin/bench inspect: what the inspection of statements costs, and the catalog of a large database."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from typing import Any

from devstack.certificates import ensure_certificates
from devstack.postgres import PROGRAMS, PrivatePostgres
from devstack.processes import free_port
from devstack.settings import ROOT, Settings
from devstack.terminal import step

#: What docs/decisions and the issue of inspection ask for.
TARGETS = {"new_us": 60, "cached_us": 1, "shared_us": 1, "mebibyte_ms": 60, "catalog_load_ms": 3000, "catalog_bytes": 64 << 20}
NAMES = {
    "new_us": "A statement that was never seen, worker included, median",
    "cached_us": "The same text again",
    "shared_us": "The same text with other literals",
    "mebibyte_ms": "An INSERT of 1 MiB, median",
    "catalog_load_ms": "Loading the catalog of {tables} tables",
    "catalog_bytes": "Memory of that catalog",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/bench inspect", description=__doc__)
    parser.add_argument("--tables", type=int, default=10_000, help="tables of 20 columns in the large catalog")
    options = parser.parse_args()
    settings = Settings(
        run=ROOT / ".run" / "inspection", http_port=0, postgres_port=0, upstream_port=free_port(),
        upstream_connections=20, database_url=None,
    )  # fmt: skip
    settings.run.mkdir(parents=True, exist_ok=True)
    ensure_certificates(settings)
    postgres = PrivatePostgres(settings)
    with ExitStack() as cleanup:
        cleanup.callback(postgres.stop)
        postgres.start()
        if postgres.ensure_database("small"):
            pgbench = [PROGRAMS / "pgbench", "--quiet", "-i", "-s", "1", postgres.dsn("small")]
            subprocess.run(pgbench, check=True, capture_output=True)
        if postgres.ensure_database("large"):
            step(f"making {options.tables} tables")
            _make_tables(postgres, options.tables)
        small = _measure(settings, postgres, "small")
        large = _measure(settings, postgres, "large", "--rounds", "1")
    figures = small | {name: large[name] for name in ("catalog_load_ms", "catalog_bytes")}
    for name, target in TARGETS.items():
        value, bound = figures[name], target
        unit = name.rsplit("_", 1)[1].replace("us", "µs").replace("bytes", "MiB")
        if unit == "MiB":
            value, bound = value / (1 << 20), bound / (1 << 20)
        title = NAMES[name].format(tables=options.tables)
        print(f"{title:62} {value:9.2f} {unit:3}  {'within' if value <= bound else 'over'} {bound:g}")
    return 0


def _make_tables(postgres: PrivatePostgres, count: int) -> None:
    columns = ", ".join(f"column_{number} {kind}" for number, kind in enumerate(("int", "text", "timestamptz", "numeric") * 5))
    with postgres.connect("large") as connection:
        for start in range(0, count, 500):
            statements = [f"CREATE TABLE a_table_{number} ({columns})" for number in range(start, min(start + 500, count))]
            connection.execute("; ".join(statements).encode())


def _measure(settings: Settings, postgres: PrivatePostgres, database: str, *arguments: str) -> dict[str, Any]:
    command = [settings.programs / "sallyport-agent", "measure", "--port", str(postgres.port), "--database", database,
               "--user", "postgres", *arguments]  # fmt: skip
    environment = os.environ | {"SALLYPORT_MEASURE_PASSWORD": postgres.password}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


if __name__ == "__main__":
    sys.exit(main())
