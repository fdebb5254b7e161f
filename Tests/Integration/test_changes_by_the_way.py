"""Ways by which a change of the catalog, or what it does to the statements of others, could go unnoticed.

The order of messages in a pipeline, what comes beside rows, what the server keeps planned, and transactions that are held.
"""

from __future__ import annotations

import pytest
from support.place import Place
from test_changed_meaning import ORIGINAL, RULES, SCHEMA, extended
from test_changes_under_way import CHANGE, FUNCTION, RESTORATION, SECRET, answer, wait_blocked, wait_changed

from devstack import wire

QUESTION = "SELECT x FROM shown"
NOTING = """
    CREATE OR REPLACE FUNCTION noting() RETURNS text LANGUAGE plpgsql {} AS
        $f$ BEGIN RAISE {} '%', (SELECT {} FROM people LIMIT 1); RETURN 'x'; END $f$
"""


@pytest.fixture(scope="module")
def module_place(place_for) -> Place:
    more = """
        CREATE TABLE leak (x text); CREATE TABLE held (id int); INSERT INTO held VALUES (1); CREATE SCHEMA mine;
        CREATE TABLE later (x text);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3); RETURN NEW; END';
        CREATE CONSTRAINT TRIGGER d AFTER INSERT ON later DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow();
    """
    return place_for(RULES, schema=SCHEMA + ORIGINAL + more, columns={"public.people.email": ["pii"]})


@pytest.fixture
def place(module_place: Place) -> Place:
    with module_place.connect() as session:
        session.execute(ORIGINAL.encode())
        session.execute("DROP VIEW IF EXISTS mine.shown")
        session.execute(FUNCTION.format("told_slowly()", "note").encode())
        session.execute("TRUNCATE leak")
    return module_place


def everything(session: wire.Wire, *messages: bytes, readies: int = 1) -> list[tuple[bytes, bytes]]:
    session.send(b"".join(messages))
    return [message for _ in range(readies) for message in session.until_ready()]


def until_complete(session: wire.Wire) -> None:
    while session.message()[0] != b"C":
        pass


def know(session: wire.Wire, *texts: str) -> None:
    """Has the agent inspect texts that are not run."""
    for text in texts:
        everything(session, wire.parse(text, name="w"), wire.SYNC, wire.close_statement("w"), wire.SYNC, readies=2)


def found_in(place: Place, table: str) -> list[tuple]:
    with place.direct() as direct:
        return direct.execute(f"SELECT * FROM {table}".encode()).fetchall()


# How a change could go upstream without being one.


def test_behind_a_commit_that_is_answered_without_sync(place: Place) -> None:
    with place.wire() as reader, place.wire() as changer:
        assert b"fine" in answer(reader, wire.query(QUESTION))
        changer.run("BEGIN")
        changer.send(extended("COMMIT") + wire.FLUSH)
        until_complete(changer)
        changer.send(extended(CHANGE) + wire.FLUSH)
        until_complete(changer)
        changer.send(wire.SYNC)
        changer.until_ready()
        assert SECRET not in answer(reader, wire.query(QUESTION))


@pytest.mark.parametrize("text", [CHANGE, "COMMIT"])
def test_under_a_name_that_may_still_mean_something_else(place: Place, text: str) -> None:
    with place.wire() as reader, place.wire() as changer:
        know(changer, "SELECT 1", text)
        assert b"fine" in answer(reader, wire.query(QUESTION))
        if text == "COMMIT":
            changer.run("BEGIN")
            changer.run(CHANGE)
        run = wire.bind() + wire.execute() + wire.SYNC
        everything(changer, wire.parse("SELECT 1"), wire.SYNC, wire.parse(text), wire.SYNC, run, readies=3)
        wait_changed(place)
        assert SECRET not in answer(reader, wire.query(QUESTION))


def test_a_path_under_a_name_that_may_still_mean_something_else(place: Place) -> None:
    path = "SET search_path = mine, public"
    with place.wire() as session, place.wire() as changer:
        know(session, "SELECT 1", path)
        changer.run("CREATE VIEW mine.shown AS SELECT email AS x FROM people")
        assert b"fine" in answer(session, wire.query(QUESTION))
        run = wire.bind() + wire.execute() + wire.SYNC
        everything(session, wire.parse("SELECT 1"), wire.SYNC, wire.parse(path), wire.SYNC, run, readies=3)
        assert SECRET not in answer(session, wire.query(QUESTION))


def test_while_the_gateways_own_commit_runs(place: Place) -> None:
    with place.wire() as reader, place.wire() as changer:
        assert b"fine" in answer(reader, wire.query(QUESTION))
        changer.send(wire.query(f"INSERT INTO later SELECT note FROM people; {CHANGE}"))
        place.wait_running("COMMIT")
        assert SECRET not in answer(reader, wire.query(QUESTION))
        changer.until_ready()
        wait_changed(place)
        assert SECRET not in answer(reader, wire.query(QUESTION))


# What comes beside rows.


@pytest.mark.parametrize("level", ["NOTICE", "EXCEPTION"])
@pytest.mark.parametrize("form", [wire.query, lambda text: extended(text) + wire.SYNC], ids=["simple", "extended"])
@pytest.mark.parametrize("kind", ["", "IMMUTABLE"])
def test_what_a_changed_function_says(place: Place, kind: str, form, level: str) -> None:
    """An immutable one is called when the statement is planned."""
    question = form("SELECT noting() FROM held")
    with place.wire() as reader, place.wire() as changer, place.wire() as holder:
        changer.run(NOTING.format(kind, level, "note"))
        assert b"fine" in answer(reader, question)
        holder.run("BEGIN")
        holder.run("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        reader.send(question)
        wait_blocked(place)
        changer.run(NOTING.format(kind, level, "email"))
        holder.run("COMMIT")
        assert SECRET not in b"".join(body for _, body in reader.until_ready())


@pytest.mark.parametrize("level", ["NOTICE", "EXCEPTION"])
def test_what_planning_says(place: Place, level: str) -> None:
    with place.wire() as reader, place.wire() as changer:
        changer.run(NOTING.format("IMMUTABLE", level, "email"))
        assert SECRET not in answer(reader, wire.query("SELECT noting()"))
        assert SECRET not in answer(reader, wire.parse("SELECT noting()"), wire.bind(), wire.SYNC)


def test_settings_of_a_statement_in_doubt(place: Place) -> None:
    question = wire.query("SELECT set_config('application_name', x, false) FROM shown")
    with place.wire() as reader, place.wire() as changer:
        answer(reader, question)
        changer.run("BEGIN")
        changer.run(CHANGE)
        reader.send(question)
        wait_blocked(place)
        changer.run("COMMIT")
        assert SECRET not in b"".join(body for _, body in reader.until_ready())


# What the server keeps.


@pytest.mark.parametrize("how", ["parse", "prepare"])
def test_prepared_behind_a_lock(place: Place, how: str) -> None:
    question = "SELECT x FROM held, shown"
    prepare = wire.parse(question, name="p") + wire.SYNC if how == "parse" else wire.query(f"PREPARE p AS {question}")
    run = wire.bind(name="p") + wire.execute() + wire.SYNC if how == "parse" else wire.query("EXECUTE p")
    with place.wire() as reader, place.wire() as changer, place.wire() as holder:
        changer.run(CHANGE)
        changer.run("CREATE VIEW mine.shown AS SELECT note AS x FROM people")
        reader.run("SET search_path = mine, public")
        assert b"fine" in answer(reader, wire.query(question))
        holder.run("BEGIN")
        holder.run("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
        reader.send(prepare)
        wait_blocked(place)
        changer.run("DROP VIEW mine.shown")
        holder.run("COMMIT")
        reader.until_ready()
        changer.run("CREATE VIEW mine.shown AS SELECT note AS x FROM people")
        assert SECRET not in answer(reader, run)


@pytest.mark.parametrize("question", ["SELECT x FROM shown", "SELECT a.x FROM shown a, public.shown b", "SELECT kept()"])
def test_what_is_planned_before_a_name_means_something_else(place: Place, question: str) -> None:
    """PL/pgSQL keeps plans of its own."""
    run = wire.bind(name="p") + wire.execute() + wire.SYNC
    with place.wire() as session, place.wire() as changer:
        changer.run(CHANGE)
        changer.run(
            "CREATE OR REPLACE FUNCTION kept() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT x FROM shown); END'"
        )
        session.run("SET search_path = mine, public")
        answer(session, wire.parse(question, name="p"), wire.SYNC)
        assert SECRET not in answer(session, run)
        changer.run("CREATE VIEW mine.shown AS SELECT note AS x FROM people")
        assert SECRET not in answer(session, run)
        assert SECRET not in answer(session, wire.query(question))


@pytest.mark.parametrize("options", ["", "WITH HOLD"])
def test_rows_that_a_cursor_holds(place: Place, options: str) -> None:
    """What is sorted is worked out at the first FETCH, or at the end of the transaction."""
    email, note = FUNCTION.format("told_slowly()", "email"), FUNCTION.format("told_slowly()", "note")
    with place.wire() as session, place.wire() as changer:
        session.run("BEGIN")
        session.run(f"DECLARE c CURSOR {options} FOR SELECT told_slowly() FROM generate_series(1, 3) ORDER BY 1")
        changer.run(email)
        if options:
            session.run("COMMIT")
        else:
            assert SECRET not in answer(session, wire.query("FETCH c"))
        changer.run(note)
        assert SECRET not in answer(session, wire.query("FETCH ALL FROM c"))


# Transactions that are held, and errors.


def test_a_write_behind_a_commit_in_a_pipeline(place: Place) -> None:
    write = "INSERT INTO leak SELECT x FROM shown, held"
    with place.wire() as session, place.wire() as changer:
        answer(session, wire.query(write))
        changer.run("TRUNCATE leak")
        session.run("BEGIN")
        changer.run("BEGIN")
        changer.run(CHANGE)
        session.send(wire.query("SELECT pg_sleep(0.5)") + wire.query("COMMIT") + wire.query(write))
        wait_blocked(place)
        changer.run("COMMIT")
        for _ in range(3):
            session.until_ready()
    assert found_in(place, "leak") == []


def test_a_transaction_in_a_pipeline_stays_the_clients(place: Place) -> None:
    with place.wire() as session:
        texts = ["SELECT pg_sleep(0.5)", "BEGIN", "INSERT INTO leak SELECT note FROM people", "ROLLBACK"]
        messages = everything(session, *map(wire.query, texts), readies=4)
        assert [body[:-1] for kind, body in messages if kind == b"C"] == [b"SELECT 1", b"BEGIN", b"INSERT 0 1", b"ROLLBACK"]
    assert found_in(place, "leak") == []


def test_a_block_does_not_outlive_a_doubt(place: Place) -> None:
    with place.wire() as reader, place.wire() as changer:
        answer(reader, wire.query(QUESTION))
        reader.run("BEGIN")
        changer.run("BEGIN")
        changer.run(CHANGE)
        reader.send(wire.query(QUESTION))
        wait_blocked(place)
        changer.run("COMMIT")
        messages = reader.until_ready()
        assert [kind for kind, _ in messages] == [b"E", b"Z"]
        assert messages[-1] == (b"Z", b"E")
        reader.run("ROLLBACK")
        assert SECRET not in answer(reader, wire.query(QUESTION))
        changer.run(RESTORATION)
        assert b"fine" in answer(reader, wire.query(QUESTION))


def test_one_error_for_one_text(place: Place) -> None:
    question = wire.query("; ".join([QUESTION] * 3))
    with place.wire() as reader, place.wire() as changer:
        answer(reader, question)
        changer.run("BEGIN")
        changer.run(CHANGE)
        reader.send(question)
        wait_blocked(place)
        changer.run("COMMIT")
        assert [kind for kind, _ in reader.until_ready()].count(b"E") == 1
