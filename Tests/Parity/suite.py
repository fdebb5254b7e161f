"""PostgreSQL's own regression suite: its sources, fetched from Debian, and a run of it against one connection."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from devstack.postgres import PROGRAMS
from devstack.settings import StackError

_SOURCES = """\
deb-src http://deb.debian.org/debian bookworm main
deb-src http://deb.debian.org/debian bookworm-updates main
deb-src http://deb.debian.org/debian-security bookworm-security main
"""
_INSIDE = "src/test/regress/"
_PG_REGRESS = PROGRAMS.parent / "lib" / "pgxs" / "src" / "test" / "regress" / "pg_regress"
DATABASE = "regression"


def fetch(directory: Path) -> Path:
    """The suite's directory with its module built; fetched once into `directory`, by apt with sources of its own."""
    suite = directory / "regress"
    if (suite / "regress.so").exists():
        return suite
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "lists" / "partial").mkdir(parents=True)
    (directory / "sources.list").write_text(_SOURCES)
    options = ["-q", "-o", f"Dir::Etc::sourcelist={directory}/sources.list", "-o", "Dir::Etc::sourceparts=-"]
    options += ["-o", f"Dir::State::lists={directory}/lists", "-o", "APT::Sandbox::User=root"]
    _run("apt-get", *options, "update", cwd=directory)
    archive = _download(options, directory)
    with tarfile.open(archive) as tar:
        for member in tar:
            _, _, path = member.name.partition("/")
            if path.startswith(_INSIDE):
                member.name = "regress/" + path.removeprefix(_INSIDE)
                tar.extract(member, directory, filter="data")
    include = _run(PROGRAMS / "pg_config", "--includedir-server", cwd=directory).strip()
    _run("gcc", "-O1", "-fPIC", "-shared", f"-I{include}", "regress.c", "-o", "regress.so", cwd=suite)
    return suite


def _download(options: list[str], directory: Path) -> Path:
    """The newest version that a mirror still has: they drop what a security update has replaced at different times."""
    known = _run("apt-cache", *options, "showsrc", "--only-source", "postgresql-15", cwd=directory)
    failure = StackError("no source package postgresql-15 is offered")
    for version in dict.fromkeys(re.findall(r"^Version: (\S+)$", known, re.MULTILINE)):
        try:
            _run("apt-get", *options, "source", "--download-only", f"postgresql-15={version}", cwd=directory)
            return next(directory.glob("postgresql-15_*.orig.tar.*"))
        except StackError as error:
            failure = error
    raise failure


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
