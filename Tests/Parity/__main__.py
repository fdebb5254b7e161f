"""bin/test --parity [TEST]... : runs PostgreSQL's regression suite straight and through the agent under a policy that allows everything, and compares.

What may differ stands in docs/limitations.md under "Differences from a direct connection", with the reason; anything else
that differs fails, and so does an entry of that list that no longer differs.
"""

from __future__ import annotations

import difflib
import re
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from xml.etree import ElementTree

import psycopg
import suite
from devstack.api import API
from devstack.demo import put_resource
from devstack.postgres import wait_login
from devstack.processes import free_port
from devstack.settings import ROOT, Settings, StackError
from devstack.stack import Stack
from devstack.terminal import step

_LISTED = re.compile(r"^\| `([a-z0-9_.]+)` \|", re.MULTILINE)
_HEADING = "## Differences from a direct connection"


def main(xunit: Path, tests: list[str]) -> int:
    settings = Settings(
        run=ROOT / ".run" / "parity", http_port=free_port(), postgres_port=free_port(), upstream_port=free_port(),
        upstream_connections=100, database_url=None,
    )
    stack = Stack(settings)
    with stack.lock(), ExitStack() as cleanup:
        cleanup.callback(stack.stop)
        # Where the server's user can read, wherever the clone is.
        files = Path(cleanup.enter_context(tempfile.TemporaryDirectory(prefix="sallyport-parity-")))
        files.chmod(0o755)
        step("fetching PostgreSQL's regression suite")
        shutil.copytree(suite.prepare(ROOT / ".build" / "parity"), files / "suite")
        step("running it straight")
        _fresh(stack)
        straight = suite.run(
            files / "suite", files / "output", suite.Connection(stack.postgres.port, stack.postgres.password), tests
        )
        step("running it through the agent")
        key = _serve(stack, _fresh(stack))
        through = suite.run(files / "suite", files / "output", suite.Connection(settings.postgres_port, key), tests)
    return _compare(straight, through, settings.run / "differences", xunit, tests)


def _fresh(stack: Stack) -> API:
    """A new cluster with an empty database, as pg_regress would make it."""
    stack.erase()
    admin = stack.start()
    with stack.postgres.connect() as connection:
        connection.execute(f"CREATE DATABASE {suite.DATABASE} TEMPLATE template0")
        for setting in ("lc_messages", "lc_monetary", "lc_numeric", "lc_time"):
            connection.execute(f"ALTER DATABASE {suite.DATABASE} SET {setting} TO 'C'")
        connection.execute(f"ALTER DATABASE {suite.DATABASE} SET bytea_output TO 'hex'")
        connection.execute(f"ALTER DATABASE {suite.DATABASE} SET timezone_abbreviations TO 'Default'")
    return admin


def _serve(stack: Stack, admin: API) -> str:
    """The database as a resource for one account that may do everything; returns its key."""
    admin.post("/v1/service-accounts", {"name": "regression", "kind": "workload"})
    admin.put(
        "/v1/policies/regression",
        {
            "name": "regression", "enabled": True, "subjects": {"principals": ["regression"]},
            "resources": {"names": [suite.DATABASE]}, "access": "standing",
            "rules": [{"effect": "allow", "actions": ["read", "write", "ddl", "admin"]}],
        },
    )
    put_resource(
        admin,
        {
            "name": suite.DATABASE, "protocol": "postgres",
            "endpoint": {
                "host": "127.0.0.1", "port": stack.postgres.port, "database": suite.DATABASE, "tls": "disable",
            },
            "credential": {
                "mode": "static", "username": "postgres", "password": {"value": stack.postgres.password},
            },
            "agent": stack.agent.name,
        },
    )
    key = admin.post("/v1/service-accounts/regression/keys")["secret"]
    wait_login(
        psycopg.conninfo.make_conninfo(
            host="127.0.0.1", port=stack.settings.postgres_port, user="regression", password=key, dbname=suite.DATABASE
        )
    )
    return key


def _compare(
    straight: dict[str, str], through: dict[str, str], directory: Path, xunit: Path, tests: list[str]
) -> int:
    """Writes the differences and an xUnit file with a case for each test of the suite."""
    listed = set(_LISTED.findall((ROOT / "docs" / "limitations.md").read_text().partition(_HEADING)[2]))
    if tests:
        listed &= set(tests)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    report = ElementTree.Element("testsuite", name="parity")
    failed = 0
    for name in sorted(straight.keys() | through.keys() | listed):
        case = ElementTree.SubElement(report, "testcase", classname="parity", name=name)
        before, after = straight.get(name, ""), through.get(name, "")
        if before != after:
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "straight", "through the agent", n=3)
            (directory / f"{name}.diff").write_text("\n".join(lines) + "\n")
        if (before != after) == (name in listed):
            continue
        failed += 1
        message = "differs through the agent" if before != after else "is listed as a difference and does not differ"
        ElementTree.SubElement(case, "failure", message=message)
        print(f"{name}: {message}", file=sys.stderr)
    ElementTree.ElementTree(report).write(xunit)
    if any(directory.iterdir()):
        step(f"the differences are in {directory.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
    except StackError as error:
        sys.exit(f"error: {error}")
