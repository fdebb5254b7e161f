"""bin/test --mutations [--seconds N] [--seed N] : statements of the corpora, broken and mixed at random, at an agent that allows
reads only, before a server on which everything is permitted.

Fails when the agent or a session's wire breaks, or when anything was written. Prints its seed.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import secrets
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack

import psycopg
from places import NAME, Observer, serve, settings_for, upstream

from devstack.settings import ROOT
from devstack.stack import Stack
from devstack.terminal import step

FIXTURES = ROOT / "Tests" / "Fixtures"
RULES = [{"effect": "allow", "actions": ["read"]}]
TOKEN = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\$\w*\$|[A-Za-z_]\w*|\d+|\s+|.""", re.S)
HAZARDS = [
    "purge_all()", "o.touch", "(DELETE FROM wire_canary RETURNING 1)", "; DELETE FROM wire_canary", "/*", "*/", "--", "$$", "E'\\''",
    "U&\"\\0070\"", "::order_ticket", "::checked_code", "lower(status)", "FOR UPDATE", "INTO zz", "ANALYZE", "WITH x AS", "rls_docs",
    "reporting.daily_stats", "set_config('role', 'x', false)", "nextval('invoice_seq')", "OPERATOR(public.~>>)", "LATERAL", "é", "\x00",
    "pg_advisory_lock(1)", "lo_creat(-1)", "pg_notify('a', 'b')", "COPY", "TO STDOUT", "EXECUTE p", "DECLARE c CURSOR FOR",
]  # fmt: skip


def corpus() -> list[str]:
    found = []
    for path, column in (("corpus/classify.tsv", 1), ("corpus/mask.tsv", 4), ("inspection/classified.tsv", 4)):
        rows = csv.reader((FIXTURES / path).open(), delimiter="\t", quoting=csv.QUOTE_NONE)
        found += [row[column] for row in rows if len(row) > column and not row[0].startswith("#")]
    return found


class Mutator:
    def __init__(self, texts: list[str], seed: int) -> None:
        self._random = random.Random(seed)
        self._texts = texts

    def next(self) -> bytes:
        pick = self._random
        tokens = TOKEN.findall(pick.choice(self._texts))
        for _ in range(pick.randint(1, 4)):
            place = pick.randrange(len(tokens) + 1)
            match pick.randrange(6):
                case 0:
                    del tokens[place : place + pick.randint(1, 3)]
                case 1:
                    tokens.insert(place, " " + pick.choice(HAZARDS) + " ")
                case 2:
                    other = TOKEN.findall(pick.choice(self._texts))
                    start = pick.randrange(len(other) + 1)
                    tokens[place : place + pick.randint(0, 3)] = other[start : start + pick.randint(1, 8)]
                case 3:
                    tokens[place:place] = tokens[: pick.randint(0, 6)]
                case 4 if tokens:
                    tokens[place % len(tokens)] = pick.choice(HAZARDS)
                case _:
                    text = "".join(tokens)
                    at = pick.randrange(len(text) + 1)
                    tokens = [text[:at] + chr(pick.choice((0, 9, 10, 39, 34, 92, 36, 45, 0xA0, 0x2028))) + text[at + 1 :]]
        return "".join(tokens).encode(errors="replace")[:20_000]


class Client(threading.Thread):
    """Sends a statement each `pace` seconds, over one connection after the other; what a slow one delayed is caught up."""

    def __init__(self, dsn: str, mutator: Mutator, end: float, pace: float) -> None:
        super().__init__(daemon=True)
        self._dsn, self._mutator, self._end, self._pace = dsn, mutator, end, pace
        self.sent = 0
        self.seen: Counter[str] = Counter()
        self.failure: str | None = None

    def run(self) -> None:
        text = b""
        due = time.monotonic()
        try:
            while time.monotonic() < self._end:
                with psycopg.connect(self._dsn, autocommit=True) as connection:
                    wire = connection.pgconn
                    for _ in range(500):
                        text = self._mutator.next()
                        self._send(wire, text.replace(b"\x00", b" "))
                        self.sent += 1
                        if time.monotonic() > self._end:
                            break
                        due += self._pace
                        time.sleep(max(0.0, due - time.monotonic()))
        except psycopg.Error as error:
            self.failure = f"{error} after {text!r}"

    def _send(self, wire: psycopg.pq.abc.PGconn, text: bytes) -> None:
        wire.send_query(text)
        while (result := wire.get_result()) is not None:
            match result.status:
                case psycopg.pq.ExecStatus.COPY_IN:
                    wire.put_copy_end(b"no data")
                case psycopg.pq.ExecStatus.COPY_OUT:
                    while wire.get_copy_data(0)[0] > 0:
                        pass
            state = result.error_field(psycopg.pq.DiagnosticField.SQLSTATE)
            self.seen[state.decode() if state else "done"] += 1
        if wire.status != psycopg.pq.ConnStatus.OK:
            raise psycopg.OperationalError("the connection broke")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/test --mutations")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=1_000, help="statements a second")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32))
    options = parser.parse_args()
    step(f"seed {options.seed}")
    clients = 8
    settings = settings_for("mutations")
    stack = Stack(settings)
    with stack.lock(), ExitStack() as cleanup:
        stack.erase()
        cleanup.callback(stack.stop)
        admin = stack.start()
        postgres = upstream(settings, cleanup)
        with postgres.connect(NAME) as connection:
            connection.execute("SET ROLE NONE; ALTER DATABASE regression SET statement_timeout TO '2s'")
            connection.execute((FIXTURES / "corpus" / "schema.sql").read_bytes())
        dsn = serve(stack, admin, postgres, RULES)
        observer = Observer(postgres.dsn(NAME))
        end = time.monotonic() + options.seconds
        texts = corpus()
        threads = [
            Client(dsn, Mutator(texts, options.seed + number), end, clients / options.rate) for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        written = observer.look()
    seen = sum((thread.seen for thread in threads), Counter())
    failures = [thread.failure for thread in threads if thread.failure]
    sent = sum(thread.sent for thread in threads)
    print(f"{sent} statements in {options.seconds} s, with {seen.total()} results: {dict(seen.most_common(8))}")
    for failure in failures:
        print(f"broke: {failure}")
    if written:
        print(f"written: {written}")
    return 1 if failures or written else 0


if __name__ == "__main__":
    sys.exit(main())
