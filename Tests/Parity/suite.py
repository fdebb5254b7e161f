"""PostgreSQL's own regression suite, and a run of it against one connection."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from devstack import regression_suite
from devstack.postgres import PROGRAMS
from devstack.settings import StackError

_PG_REGRESS = PROGRAMS.parent / "lib" / "pgxs" / "src" / "test" / "regress" / "pg_regress"
DATABASE = "regression"


def prepare(directory: Path) -> Path:
    """The suite's directory with its module built; fetched and built once."""
    suite = regression_suite.fetch(directory)
    if not (suite / "regress.so").exists():
        include = _run(PROGRAMS / "pg_config", "--includedir-server", cwd=suite).strip()
        _run("gcc", "-O1", "-fPIC", "-shared", f"-I{include}", "regress.c", "-o", "regress.so", cwd=suite)
    return suite


@dataclass(frozen=True)
class Connection:
    port: int
    password: str
    user: str = "postgres"


def run(suite: Path, output: Path, connection: Connection, tests: list[str]) -> dict[str, str]:
    """What psql printed for each test: those of the schedule, or those that are named.

    The server reads the suite's files and writes beside the output.
    """
    shutil.rmtree(output, ignore_errors=True)
    for directory in (output, output / "results", output / "testtablespace"):
        directory.mkdir(parents=True)
        directory.chmod(0o777)
    environment = os.environ | {
        "PGPASSWORD": connection.password, "PGSSLMODE": "disable", "PGGSSENCMODE": "disable", "PGCLIENTENCODING": "UTF8",
    }
    command = [_PG_REGRESS, f"--inputdir={suite}", f"--outputdir={output}", f"--dlpath={suite}", f"--bindir={PROGRAMS}"]
    command += ["--host=127.0.0.1", f"--port={connection.port}", f"--user={connection.user}", f"--dbname={DATABASE}"]
    command += ["--use-existing", "--max-connections=8"]
    # What the others build on comes first.
    command += ["test_setup", *tests] if tests else [f"--schedule={suite}/parallel_schedule"]
    with (output / "pg_regress.log").open("w") as log:
        # Its own verdict, against the outputs that it comes with, is not what is asked here.
        subprocess.run([str(part) for part in command], env=environment, stdout=log, stderr=log, timeout=3600)
    results = {file.stem: file.read_text(errors="replace") for file in (output / "results").glob("*.out")}
    if not results.keys() >= set(tests or ["test_setup", "fast_default"]):
        raise StackError(f"the suite did not run:\n{(output / 'pg_regress.log').read_text()[-2000:]}")
    return results


def _run(*command: str | Path, cwd: Path) -> str:
    result = subprocess.run(
        [str(part) for part in command], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if result.returncode != 0:
        raise StackError(f"{Path(command[0]).name} failed:\n{result.stdout[-2000:]}")
    return result.stdout
