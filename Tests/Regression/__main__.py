"""bin/test --regress [SCRIPT]... : PostgreSQL's own regression scripts through an agent that allows everything, while a second
connection looks at what each statement has really changed.

Fails when a statement that changed the database was classed as a read, when a worker died, or when more than one in twenty of
the reads came out as unknown. The report is written to .build/regress/report.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import scripts
from places import ALLOW_ALL, NAME, Observer, serve, settings_for, upstream
from psycopg import pq

from devstack import regression_suite
from devstack.api import API
from devstack.settings import ROOT
from devstack.stack import Stack
from devstack.terminal import step

REPORT = ROOT / ".build" / "regress" / "report.md"
#: Made for the whole cluster, or by rules of other clusters than ours: nothing of it is about one database's statements.
LEFT_OUT = {"tablespace", "create_am", "subscription", "publication", "stats", "vacuum_parallel"}
MAXIMUM_UNKNOWN = 0.05
READS = re.compile(r"(?i)[\s(]*(select|with|table|values|show|explain|fetch|declare|move|copy)\b")
TRANSACTIONS = re.compile(r"(?i)\s*(begin|start|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b")


@dataclasses.dataclass
class Outcome:
    statement: scripts.Statement
    failed: bool
    changed: str = ""
    in_block: bool = False
    actions: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    #: The agent's own words where it refused.
    refusal: str = ""


class Session:
    """The client's side, as psql would be."""

    def __init__(self, dsn: str) -> None:
        self._connection = psycopg.connect(dsn, autocommit=True)
        self._wire = self._connection.pgconn

    @property
    def in_block(self) -> bool:
        return self._wire.transaction_status != pq.TransactionStatus.IDLE

    def run(self, statement: scripts.Statement) -> str | None:
        """The error's text, if it was one."""
        self._wire.send_query(statement.text.encode())
        error = None
        while (result := self._wire.get_result()) is not None:
            if result.status == pq.ExecStatus.COPY_IN:
                self._wire.put_copy_data((statement.data or "").encode())
                self._wire.put_copy_end()
            elif result.status in (pq.ExecStatus.COPY_OUT, pq.ExecStatus.COPY_BOTH):
                while self._wire.get_copy_data(0)[0] > 0:
                    pass
            elif result.status == pq.ExecStatus.FATAL_ERROR:
                error = (result.error_message or b"").decode(errors="replace")
        return error

    def close(self) -> None:
        self._connection.close()


def run_script(sources: Path, name: str, dsn: str, observer: Observer) -> list[Outcome]:
    session = Session(dsn)
    outcomes = []
    observer.look()
    for statement in scripts.statements(sources, name):
        in_block = session.in_block
        try:
            error = session.run(statement)
        except psycopg.OperationalError as broken:
            print(f"{name}:{statement.line}: the connection broke: {broken}", file=sys.stderr)
            session = Session(dsn)
            error = str(broken)
        outcomes.append(Outcome(statement, error is not None, observer.look(), in_block, refusal=error or ""))
    session.close()
    return outcomes


def add_actions(admin: API, outcomes: list[Outcome], known: set[str]) -> None:
    """From the agent's records, in their order; statements that came in a row of equal texts are taken in that row."""
    records: list[dict[str, Any]] = []
    end = time.monotonic() + 60
    while time.monotonic() < end:
        sessions = [one for one in admin.items("/v1/sessions", resource=NAME) if one["id"] not in known]
        records = []
        for session in sorted(sessions, key=lambda one: one["started_at"]):
            found = list(admin.items(f"/v1/sessions/{session['id']}/statements", page_size=200))
            records += sorted(found, key=lambda one: one["sequence"])
        if sessions and all(one.get("ended_at") for one in sessions) and len(records) >= len(outcomes) * 0.9:
            break
        time.sleep(0.3)
    known |= {one["id"] for one in sessions}
    position = 0
    for outcome in outcomes:
        text = outcome.statement.text
        for index in range(position, min(position + 50, len(records))):
            if records[index]["text"] == text:
                outcome.actions = tuple(records[index]["actions"])
                outcome.tables = tuple(records[index]["tables"])
                position = index + 1
                break


def is_read(outcome: Outcome) -> bool:
    return not outcome.failed and not outcome.changed and READS.match(outcome.statement.text) is not None


def wrote_under_a_read(outcome: Outcome) -> bool:
    """The commit behind a look at a temporary table may empty it (ON COMMIT DELETE ROWS): that takes a transaction ID."""
    is_own = bool(outcome.tables) and all(table.startswith("pg_temp.") for table in outcome.tables)
    if not outcome.changed or (is_own and outcome.changed == "a transaction ID"):
        return False
    return set(outcome.actions) == {"read"} and not TRANSACTIONS.match(outcome.statement.text)


def place(statement: scripts.Statement) -> str:
    return f"{statement.script}:{statement.line}"


def report(outcomes: list[Outcome], reasons: dict[str, str]) -> tuple[str, bool]:
    recorded = [one for one in outcomes if one.actions]
    reads = [one for one in recorded if is_read(one)]
    unknown = [one for one in reads if "unknown" in one.actions]
    admin = [one for one in reads if "admin" in one.actions and "unknown" not in one.actions]
    lies = [one for one in recorded if wrote_under_a_read(one)]
    deaths = [one for one in outcomes if "parser gave up" in one.refusal or "parsing took longer" in one.refusal]
    share = len(unknown) / max(len(reads), 1)
    lines = [
        "# PostgreSQL's regression scripts through the agent", "",
        f"- {len(outcomes)} statements of {len({one.statement.script for one in outcomes})} scripts, "
        f"{len(recorded)} with a record, {sum(one.failed for one in outcomes)} failed as they do or may",
        f"- statements that wrote: {sum(bool(one.changed) for one in recorded)}",
        f"- reads that came out as unknown: {len(unknown)} of {len(reads)}, {share:.1%}; as admin: {len(admin)}",
        f"- classed as a read, and wrote: {len(lies)}",
        f"- refused because a worker died or was slow: {len(deaths)}", "",
    ]  # fmt: skip
    groups = {"Wrote under a read": lies, "Deaths": deaths, "Unknown reads": unknown, "Admin reads": admin}
    for title, group in groups.items():
        lines += [f"## {title}", ""]
        for one in group[:400]:
            text = " ".join(one.statement.text.split())[:160].replace("`", "'")
            note = f" ({one.changed})" if one.changed else ""
            why = f" — {reasons[one.statement.text]}" if one.statement.text in reasons else ""
            lines.append(f"- {place(one.statement)}{' in a block' if one.in_block else ''} `{text}`{note}{why}")
        lines.append("")
    return "\n".join(lines), not lies and not deaths and share <= MAXIMUM_UNKNOWN


def explain(admin: API, outcomes: list[Outcome]) -> dict[str, str]:
    """What the agent says of the unknown ones after their script, when some of their names are gone."""
    reasons = {}
    for one in [one for one in outcomes if is_read(one) and {"unknown", "admin"} & set(one.actions)][:300]:
        body = {"principal": NAME, "resource": NAME, "statement": one.statement.text}
        said = admin.post("/v1/policies/evaluate", body)
        reasons[one.statement.text] = "; ".join(said["why"])[:160]
    return reasons


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/test --regress")
    parser.add_argument("scripts", nargs="*", help="some scripts only, beside those that all rely on")
    chosen = parser.parse_args().scripts
    step("fetching PostgreSQL's regression scripts")
    sources = regression_suite.fetch(REPORT.parent)
    names = [name for name in scripts.schedule(sources) if name not in LEFT_OUT]
    if chosen:
        names = [name for name in names if name in {"test_setup", "create_index", *chosen}]
    settings = settings_for("regress")
    stack = Stack(settings)
    outcomes: list[Outcome] = []
    reasons: dict[str, str] = {}
    text, passed = "", False
    with stack.lock(), ExitStack() as cleanup:
        stack.erase()
        cleanup.callback(stack.stop)
        admin = stack.start()
        postgres = upstream(settings, cleanup)
        dsn = serve(stack, admin, postgres, ALLOW_ALL)
        observer = Observer(postgres.dsn(NAME))
        known: set[str] = {one["id"] for one in admin.items("/v1/sessions", resource=NAME)}
        for name in names:
            began = time.monotonic()
            found = run_script(sources, name, dsn, observer)
            add_actions(admin, found, known)
            outcomes += found
            reasons |= explain(admin, found)
            text, passed = report(outcomes, reasons)
            REPORT.write_text(text)
            step(f"{name}: {len(found)} statements, {time.monotonic() - began:.1f} s")
    print(text[:1500])
    print(f"{REPORT.relative_to(ROOT)} has all of it", file=sys.stderr)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
