"""One statement of each outcome, sent with psql through the agent and shown with its record from the API."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from .api import API
from .demo import RESOURCE
from .settings import StackError
from .stack import Stack
from .terminal import indent, paint


@dataclass(frozen=True)
class Example:
    outcome: str
    colour: str
    about: str
    statement: str


EXAMPLES = [
    Example(
        "allowed", "green", "reading is allowed",
        "SELECT status, count(*) AS orders, sum(total_cents) / 100 AS total FROM orders GROUP BY 1 ORDER BY 1",
    ),
    Example(
        "masked", "cyan", "personal data does not leave: tags, not names, say which columns those are",
        "SELECT name, email, card_number, city FROM customers ORDER BY id LIMIT 3",
    ),
    Example("denied", "red", "the schema is not an AI agent's to change", "DROP TABLE payments"),
    Example(
        "held", "yellow", "a write waits for a reviewer, and the client just waits with it",
        "UPDATE orders SET status = 'refunded' WHERE id = 1007 RETURNING id, status",
    ),
]


def show(stack: Stack, tokens: dict[str, str]) -> None:
    """Prints the four examples. Raises when one of them does not come out as it should."""
    admin, reviewer = stack.api(tokens["admin"]), stack.api(tokens["reviewer"])
    print(f"\n  {paint('cursor', 'bold')}, an AI agent, works on {paint(RESOURCE, 'bold')} through the agent:\n")
    for example in EXAMPLES:
        session = f"demo {secrets.token_hex(4)}"
        psql = _psql(stack, tokens["ai_agent"], session, example.statement)
        decided_by = _approve(reviewer, psql) if example.outcome == "held" else None
        output, _ = psql.communicate(timeout=30)
        record = _record(admin, session)
        _check(example, output, record)
        print(f"  {paint(example.outcome.upper(), example.colour)}  {paint(example.about, 'dim')}")
        print(indent(f"{paint('cursor=>', 'bold')} {example.statement};"))
        print(indent(_shortened(output)))
        print(indent(paint(_record_line(record, decided_by), "dim")) + "\n", flush=True)


def _psql(stack: Stack, token: str, application: str, statement: str) -> subprocess.Popen[str]:
    connection = f"host=localhost port={stack.settings.postgres_port} user=cursor dbname={RESOURCE} sslmode=verify-full"
    environment = {
        "PGPASSWORD": token,
        "PGSSLROOTCERT": str(stack.settings.ca_file),
        "PGAPPNAME": application,
        "PGCONNECT_TIMEOUT": "10",
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.Popen(
        ["psql", "--no-psqlrc", "--pset=pager=off", connection, "--command", statement],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _approve(reviewer: API, psql: subprocess.Popen[str]) -> str:
    """Says yes to the approval that the held statement asks for."""
    end = time.monotonic() + 15
    while psql.poll() is None and time.monotonic() < end:
        for approval in reviewer.items("/v1/approvals", status="pending", resource=RESOURCE):
            reviewer.post(
                f"/v1/approvals/{approval['id']}/decision", {"decision": "approve", "comment": "the customer called"}
            )
            return "reviewer"
        time.sleep(0.05)
    raise StackError("no approval came up for the held statement")


def _record(admin: API, application: str) -> dict[str, Any]:
    """The finished statement of the session of that name, as soon as the agent has uploaded it."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for session in admin.get("/v1/sessions", page_size=20)["items"]:
            if session.get("application_name") != application:
                continue
            for statement in admin.get(f"/v1/sessions/{session['id']}/statements")["items"]:
                if statement.get("finished_at"):
                    return statement | {"session": session}
        time.sleep(0.05)
    raise StackError(f"no record of {application!r} reached the control plane")


def _check(example: Example, output: str, record: dict[str, Any]) -> None:
    decision = {"denied": "deny", "held": "hold"}.get(example.outcome, "allow")
    if record["decision"] != decision:
        raise StackError(f"{example.statement}: the decision is {record['decision']}, not {decision}\n{output}")
    if example.outcome == "masked" and "@example.com" in output:
        raise StackError(f"{example.statement}: personal data came through\n{output}")


def _record_line(record: dict[str, Any], decided_by: str | None) -> str:
    rules = ", ".join(f"{rule['policy']} rules[{rule['rule']}]" for rule in record["rules"])
    parts = [f"{record['session']['id']} #{record['sequence']}", f"{record['decision']} by {rules}"]
    if decided_by:
        parts.append(f"approved by {decided_by}")
    if error := record.get("error"):
        parts.append(f"SQLSTATE {error['sqlstate']}")
    else:
        parts.append(f"{record.get('rows', 0)} rows")
    return "record  " + " · ".join([*parts, f"{record['duration_us'] / 1000:.1f} ms"])


def _shortened(output: str, width: int = 112) -> str:
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in output.splitlines())


def what_next(stack: Stack) -> str:
    ca = stack.settings.relative(stack.settings.ca_file)
    dev = stack.settings.relative(stack.settings.dev_json)
    key = stack.settings.relative(stack.settings.secrets / "cursor.key")
    admin_key = stack.settings.relative(stack.settings.secrets / "admin.key")
    connection = f"host=localhost port={stack.settings.postgres_port} user=cursor dbname={RESOURCE}"
    return f"""\
  {paint("Type next", "bold")}
    PGPASSWORD=$(cat {key}) psql "{connection} sslmode=verify-full sslrootcert={ca}"
    curl --cacert {ca} -H "Authorization: Bearer $(cat {admin_key})" {stack.settings.url}/v1/sessions

  control plane  {stack.settings.url}
  agent          127.0.0.1:{stack.settings.postgres_port}, PostgreSQL
  ports, keys    {dev}
  logs           {stack.settings.relative(stack.settings.logs)}/
"""
