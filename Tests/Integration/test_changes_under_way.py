"""A change of the catalog that is under way in one session counts for the statements of all others.

Who changes it may read no answers, leave, or hold locks that others wait behind: a statement is judged by what its names
mean when it runs, or it fails.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from support.place import Place
from test_changed_meaning import ORIGINAL, RULES, SCHEMA, extended

from devstack import wire
from devstack.processes import wait_until

VIEW = "CREATE OR REPLACE VIEW shown AS SELECT {} AS x FROM people"
CHANGE, RESTORATION = VIEW.format("email"), VIEW.format("note")
FUNCTION = "CREATE OR REPLACE FUNCTION {} RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT {} FROM people LIMIT 1); END'"
SECRET = b"secret1"
#: What the agent cannot pass on to a client that does not read, while the server has sent all of it.
UNREAD = wire.query("SELECT repeat('x', 1000) FROM generate_series(1, 8000)")
QUESTIONS = {
    "simple": wire.query("SELECT x FROM shown"),
    "extended": extended("SELECT x FROM shown") + wire.SYNC,
    "copy": wire.query("COPY (SELECT x FROM shown) TO STDOUT"),
    "prepared": wire.bind(name="p") + wire.execute() + wire.SYNC,
    "execute": wire.query("EXECUTE q"),
    "returning": wire.query("UPDATE calls SET id = id RETURNING (SELECT x FROM shown)"),
}


@pytest.fixture(scope="module")
def module_place(place_for) -> Place:
    more = """
        CREATE TABLE leak (x text); CREATE TABLE held (id int); INSERT INTO held VALUES (1);
        ALTER TABLE calls DISABLE TRIGGER change; INSERT INTO calls VALUES (1);
        CREATE VIEW over_held AS SELECT id FROM held; CREATE SCHEMA mine;
    """
    return place_for(RULES, schema=SCHEMA + ORIGINAL + more, columns={"public.people.email": ["pii"]})


@pytest.fixture
def place(module_place: Place) -> Place:
    with module_place.connect() as session:
        # The agent sees it and knows it by the next statement.
        session.execute(ORIGINAL.encode())
        session.execute(FUNCTION.format("told_slowly()", "note").encode())
        session.execute("DROP VIEW IF EXISTS mine.shown")
        session.execute("TRUNCATE leak")
    return module_place


def answer(session: wire.Wire, *messages: bytes) -> bytes:
    """Everything that comes back, up to the first ReadyForQuery."""
    session.send(b"".join(messages))
    return b"".join(body for _, body in session.until_ready())


@contextmanager
def reader_of(place: Place) -> Iterator[wire.Wire]:
    """A session that has asked everything before."""
    with place.wire() as session:
        answer(session, wire.parse("SELECT x FROM shown", name="p"), wire.SYNC)
        session.run("PREPARE q AS SELECT x FROM shown")
        for question in QUESTIONS.values():
            assert b"fine" in answer(session, question)
        yield session


def wait_changed(place: Place) -> None:
    with place.direct() as direct:
        definition = "SELECT strpos(pg_get_viewdef('shown'::regclass), 'email') > 0"
        wait_until(lambda: direct.execute(definition).fetchone() == (True,), "the change")


def wait_blocked(place: Place, count: int = 1) -> None:
    """Returns when so many sessions of the place wait for a lock, apart from the agent's own."""
    question = """
        SELECT count(*) FROM pg_stat_activity
        WHERE usename = %s AND wait_event_type = 'Lock' AND application_name <> 'sallyport catalog'
    """
    with place.stack.postgres.connect() as connection:
        wait_until(lambda: connection.execute(question, [place.name]).fetchone() == (count,), f"{count} to wait")


def wait_done(place: Place) -> None:
    """Returns when the server runs nothing for the place any more, whoever has left."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND state = 'active'"
    with place.stack.postgres.connect() as connection:
        wait_until(lambda: connection.execute(question, [place.name]).fetchone() == (0,), "the end of all statements")


@pytest.mark.parametrize("question", QUESTIONS)
def test_of_who_reads_no_answers(place: Place, question: str) -> None:
    with reader_of(place) as reader, place.wire() as changer:
        changer.run("SELECT 1")
        changer.send(UNREAD)
        changer.send(wire.query(CHANGE))
        # How much the sockets take is the machine's matter: where it is too little, the change does not come so far.
        time.sleep(0.5)
        for _ in range(3):
            assert SECRET not in answer(reader, QUESTIONS[question])


LATE = f"DO $$ BEGIN PERFORM pg_sleep(0.5); {CHANGE}; END $$"
LEAVERS = {
    "at once": CHANGE,
    "late": LATE,
    "behind": f"{CHANGE}; SELECT pg_sleep(0.5)",
    "block": f"BEGIN; {CHANGE}; COMMIT; BEGIN",
    "with an error": f"BEGIN; {CHANGE}; COMMIT; SELECT 1/0",
}


@pytest.mark.parametrize("how", ["stays", "terminates", "closes", "resets"])
@pytest.mark.parametrize("change", LEAVERS)
def test_of_who_leaves(place: Place, change: str, how: str) -> None:
    with reader_of(place) as reader, place.wire() as changer:
        changer.run("SELECT 1")
        changer.send(wire.query(LEAVERS[change]) + (wire.TERMINATE if how == "terminates" else b""))
        if how == "closes":
            changer.close()
        if how == "resets":
            time.sleep(0.1)
            changer.reset()
        for question in QUESTIONS.values():
            assert SECRET not in answer(reader, question)
        wait_done(place)
        # Where it was reset too early, it has not come that far.
        if how != "resets":
            wait_changed(place)
        for question in QUESTIONS.values():
            assert SECRET not in answer(reader, question)


@pytest.mark.parametrize("restores", [False, True])
@pytest.mark.parametrize("question", QUESTIONS)
def test_behind_the_lock_of_a_change(place: Place, question: str, restores: bool) -> None:
    with reader_of(place) as reader, place.wire() as changer, place.wire() as restorer:
        changer.run("BEGIN")
        changer.run(CHANGE)
        reader.send(QUESTIONS[question])
        wait_blocked(place)
        if restores:
            restorer.send(wire.query(RESTORATION))
            wait_blocked(place, 2)
        changer.run("COMMIT")
        assert SECRET not in b"".join(body for _, body in reader.until_ready())
        if restores:
            restorer.until_ready()
        assert SECRET not in answer(reader, QUESTIONS[question])


@pytest.mark.parametrize("restores", [False, True])
def test_of_a_name_behind_a_lock(place: Place, restores: bool) -> None:
    with place.wire() as reader, place.wire() as holder, place.wire() as changer:
        reader.run("SET search_path = mine, public")
        question = wire.query("SELECT x FROM held, shown")
        assert b"fine" in answer(reader, question)
        holder.run("BEGIN")
        holder.run("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        reader.send(question)
        wait_blocked(place)
        changer.run("CREATE VIEW mine.shown AS SELECT email AS x FROM people")
        holder.run("COMMIT")
        if restores:
            changer.run("DROP VIEW mine.shown")
        assert SECRET not in b"".join(body for _, body in reader.until_ready())


@pytest.mark.parametrize("restores", [False, True])
def test_of_a_function_while_it_is_called(place: Place, restores: bool) -> None:
    with place.wire() as reader, place.wire() as changer:
        slow = "SELECT told_slowly() FROM generate_series(1, 5) i, LATERAL pg_sleep(0.2 + 0 * i)"
        reader.run("SELECT told_slowly()")
        changer.run("SELECT 1")
        reader.send(wire.query(slow))
        place.wait_running(slow)
        changer.run(FUNCTION.format("told_slowly()", "email"))
        time.sleep(0.3)
        if restores:
            changer.run(FUNCTION.format("told_slowly()", "note"))
        assert SECRET not in b"".join(body for _, body in reader.until_ready())


WRITES = {
    "insert": "INSERT INTO leak SELECT x FROM shown",
    "update": "UPDATE leak SET x = s.x FROM shown s",
    "create": "CREATE TABLE leaked AS SELECT x FROM shown",
    "with": "WITH copied AS (INSERT INTO leak SELECT x FROM shown RETURNING 1) SELECT * FROM copied",
}


@pytest.mark.parametrize("in_block", [False, True], ids=["alone", "block"])
@pytest.mark.parametrize("form", [wire.query, lambda text: extended(text) + wire.SYNC], ids=["simple", "extended"])
@pytest.mark.parametrize("write", WRITES)
def test_of_what_a_write_copies(place: Place, write: str, form, in_block: bool) -> None:
    with place.direct() as direct:
        direct.execute("INSERT INTO leak VALUES ('old')")
    with reader_of(place) as reader, place.wire() as changer:
        if in_block:
            reader.run("BEGIN")
        changer.run("BEGIN")
        changer.run(CHANGE)
        reader.send(form(WRITES[write]))
        wait_blocked(place)
        changer.run("COMMIT")
        reader.until_ready()
        if in_block:
            reader.send(wire.query("COMMIT"))
            reader.until_ready()
    with place.direct() as direct:
        direct.execute("CREATE TABLE IF NOT EXISTS leaked (x text)")
        found = direct.execute("SELECT x FROM leak UNION ALL SELECT x FROM leaked").fetchall()
        direct.execute("DROP TABLE leaked")
    assert all("secret1" not in (x or "") for (x,) in found)


def test_a_change_of_something_else_disturbs_nobody(place: Place) -> None:
    """One that runs meanwhile, and that is decided on as before."""
    with place.wire() as reader, place.wire() as changer:
        slow = "SELECT x, told() FROM shown, generate_series(1, 5) i, LATERAL pg_sleep(0.2 + 0 * i)"
        reader.run(slow.replace("0.2", "0.0"))
        changer.run("SELECT 1")
        reader.send(wire.query(slow))
        place.wait_running(slow)
        changer.run("CREATE TABLE other_thing (id int)")
        changer.run("DROP TABLE other_thing")
        assert b"".join(body for _, body in reader.until_ready()).count(b"fine") == 10


@pytest.mark.parametrize("new", ["CREATE VIEW mine.shown AS SELECT note AS x FROM people", "CREATE TABLE mine.shown (x text)"])
def test_what_was_prepared_goes_on_to_mean_what_it_did(place: Place, new: str) -> None:
    """The server looks a name up once, and does not when another one comes to be in front of it."""
    with place.wire() as session, place.wire() as changer:
        session.run("SET search_path = mine, public")
        changer.run(CHANGE)
        session.run("PREPARE q AS SELECT x FROM shown")
        answer(session, wire.parse("SELECT x FROM shown", name="p"), wire.SYNC)
        changer.run(new)
        assert SECRET not in answer(session, QUESTIONS["execute"])
        assert SECRET not in answer(session, QUESTIONS["prepared"])
        changer.run(f"DROP {new.split()[1]} mine.shown")
        changer.run(RESTORATION)
        assert b"fine" in answer(session, QUESTIONS["execute"])
        assert b"fine" in answer(session, QUESTIONS["prepared"])


def test_a_function_that_was_prepared_goes_on_to_be_called(place: Place) -> None:
    with place.wire() as session, place.wire() as changer:
        session.run("SET search_path = mine, public")
        changer.run(FUNCTION.format("told_slowly()", "email"))
        session.run("PREPARE q AS SELECT told_slowly()")
        changer.run(FUNCTION.format("mine.told_slowly()", "note"))
        try:
            assert SECRET not in answer(session, QUESTIONS["execute"])
        finally:
            changer.run("DROP FUNCTION mine.told_slowly()")


def test_a_cursor_that_was_declared_behind_a_lock(place: Place) -> None:
    with reader_of(place) as reader, place.wire() as changer:
        reader.run("BEGIN")
        changer.run("BEGIN")
        changer.run(CHANGE)
        reader.send(wire.query("DECLARE c CURSOR FOR SELECT x FROM shown"))
        wait_blocked(place)
        changer.run("COMMIT")
        reader.until_ready()
        assert SECRET not in answer(reader, wire.query("FETCH c"))


def test_a_cursor_goes_on_to_read_what_it_was_declared_for(place: Place) -> None:
    with place.wire() as session, place.wire() as changer:
        changer.run(CHANGE)
        session.run("DECLARE c CURSOR WITH HOLD FOR SELECT x FROM shown")
        changer.run(RESTORATION)
        assert SECRET not in answer(session, wire.query("FETCH c"))
        session.run("DECLARE d CURSOR WITH HOLD FOR SELECT x FROM shown")
        changer.run("CREATE TABLE of_something_else (id int)")
        changer.run("DROP TABLE of_something_else")
        assert b"fine" in answer(session, wire.query("FETCH d"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_while_the_catalog_cannot_be_read(place: Place, question: str) -> None:
    """Somebody holds a lock that reading it waits for, and gives up on."""
    with reader_of(place) as reader, place.wire() as holder, place.wire() as changer:
        changer.run(CHANGE)
        holder.run("BEGIN")
        holder.run("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        assert SECRET not in answer(reader, QUESTIONS[question])
        holder.run("COMMIT")
        assert SECRET not in answer(reader, QUESTIONS[question])


@pytest.mark.parametrize("finds", ["email", "note"])
def test_a_migration_while_others_change_the_catalog(place: Place, finds: str) -> None:
    """The catalog of a transaction that has changed it counts, together with what others commit meanwhile."""
    question = wire.query("SELECT told_slowly(), (SELECT count(*) FROM of_mine)")
    with place.wire() as session, place.wire() as other:
        session.run("BEGIN")
        session.run("CREATE TABLE of_mine (id int)")
        assert b"fine" in answer(session, question)
        other.run(FUNCTION.format("told_slowly()", finds))
        shown = answer(session, question)
        assert SECRET not in shown and (b"fine" in shown) == (finds == "note")
        other.send(UNREAD + wire.query(FUNCTION.format("told_slowly()", "email")))
        time.sleep(0.5)
        for _ in range(3):
            assert SECRET not in answer(session, question)
        session.run("ROLLBACK")


def test_a_change_that_does_not_pass_the_agent(place: Place) -> None:
    """Seen a moment later, by sessions that are there already."""
    with reader_of(place) as reader:
        with place.direct() as direct:
            direct.execute(CHANGE.encode())
        wait_until(lambda: b"[redacted]" in answer(reader, QUESTIONS["simple"]), "the change to be seen")
        for question in QUESTIONS.values():
            assert SECRET not in answer(reader, question)
