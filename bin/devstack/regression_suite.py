"""PostgreSQL's regression scripts, from Debian's source package; never a part of this repository."""

from __future__ import annotations

import re
import subprocess
import tarfile
from pathlib import Path

from devstack.settings import StackError

_INSIDE = "src/test/regress/"


def fetch(directory: Path) -> Path:
    """Where they are; fetched once into `directory`, by an apt that has the machine's own sources, as sources of sources."""
    found = directory / "regress"
    if (found / "parallel_schedule").exists():
        return found
    (directory / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (directory / "parts").mkdir(exist_ok=True)
    for path in [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]:
        if path.exists() and path.suffix in (".list", ".sources") and "debian.org" in (text := path.read_text()):
            text = re.sub(r"(?m)^deb ", "deb-src ", re.sub(r"(?m)^Types:.*", "Types: deb-src", text))
            (directory / "parts" / path.name).write_text(text)
    options = ["-q", "-o", "Dir::Etc::sourcelist=-", "-o", f"Dir::Etc::sourceparts={directory}/parts",
               "-o", f"Dir::State::lists={directory}/lists", "-o", "APT::Sandbox::User=root"]  # fmt: skip
    _run(["apt-get", *options, "update"], directory)
    with tarfile.open(_download(options, directory)) as tar:
        for member in tar:
            _, _, path = member.name.partition("/")
            if path.startswith(_INSIDE):
                member.name = "regress/" + path.removeprefix(_INSIDE)
                tar.extract(member, directory, filter="data")
    return found


def _download(options: list[str], directory: Path) -> Path:
    """The newest that there is: a mirror may name a version that it no longer has, or not yet."""
    known = _run(["apt-cache", *options, "showsrc", "--only-source", "postgresql-15"], directory)
    failure = StackError("apt knows no source package postgresql-15")
    for version in dict.fromkeys(re.findall(r"(?m)^Version: (\S+)$", known)):
        try:
            _run(["apt-get", *options, "source", "--download-only", f"postgresql-15={version}"], directory)
        except StackError as error:
            failure = error
            continue
        return next(directory.glob("postgresql-15_*.orig.tar.*"))
    raise failure


def _run(command: list[str], directory: Path) -> str:
    result = subprocess.run(command, cwd=directory, capture_output=True, text=True)
    if result.returncode != 0:
        raise StackError(f"{command[0]} failed:\n{result.stdout[-500:]}{result.stderr[-1000:]}")
    return result.stdout
