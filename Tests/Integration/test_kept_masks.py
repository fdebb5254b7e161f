"""One for whom columns are masked may change tables, views and functions, and still sees none of their values."""

from __future__ import annotations

import re

import psycopg
import pytest
from support.place import ALLOW_ALL, Place, denial

from devstack.settings import ROOT

CASES = ROOT / "Tests" / "Fixtures" / "kept-masks"
COLUMNS = [
    "public.people.email", "public.people.phone", "public.people.mail_ok", "public.audit.email", "public.parent.email",
    "public.parted.email", "public.typed.email", "public.gen.email", "public.tagged.mail", "public.tagstored.mail",
    "other.people.email",
]
RULES = [
    {"effect": "allow", "actions": ["read", "write", "ddl"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
]
SECRET = re.compile(r"secret\d@example\.com|49155500\d\d")


def cases(name: str) -> list:
    """By their names: the statements of each."""
    texts = re.split(r"^-- = (.*)\n", (CASES / name).read_text(), flags=re.MULTILINE)[1:]
    assert len(texts) > 20
    return [
        pytest.param([line for line in body.splitlines() if line], id=title)
        for title, body in zip(texts[::2], texts[1::2], strict=True)
    ]


def run(connection: psycopg.Connection, role: str, statements: list[str]) -> str:
    """All that comes back, until one fails; nothing stays of it."""
    shown: list[object] = []
    connection.add_notice_handler(lambda notice: shown.append(notice.message_primary))
    try:
        for statement in ["BEGIN", *statements]:
            text = statement.replace('"$user"', f'"{role}"').encode()
            if text.startswith(b"COPY"):
                with connection.cursor() as cursor, cursor.copy(text) as copy:
                    shown += [bytes(piece).decode() for piece in copy]
                continue
            cursor = connection.execute(text)
            if cursor.description:
                shown += cursor.fetchall()
    except psycopg.Error as error:
        # What is sent is no secret of those who sent it.
        shown += [error.diag.message_primary, error.diag.message_detail, error.diag.message_hint, error.diag.context]
        raise Stopped(repr(shown), error) from error
    finally:
        connection.rollback()
    return repr(shown)


class Stopped(Exception):
    """With what came back until then."""

    def __init__(self, shown: str, error: psycopg.Error) -> None:
        super().__init__(str(error))
        self.shown, self.error = shown, error


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=(CASES / "schema.sql").read_text(), columns={column: ["pii"] for column in COLUMNS})


def stopped(place: Place, statements: list[str]) -> dict:
    """The refusal that ends the statements; nothing was shown before it."""
    with pytest.raises(Stopped) as caught:
        with place.connect(prepare_threshold=None) as connection:
            run(connection, place.name, statements)
    assert not SECRET.search(caught.value.shown), caught.value.shown
    return denial(caught.value.error)


@pytest.mark.parametrize("statements", cases("refused.sql"))
def test_no_value_comes_to_where_it_is_not_masked(place: Place, statements: list[str]) -> None:
    assert stopped(place, statements)["code"] == "masked_value_copied"
    with place.direct() as straight:
        straight.prepare_threshold = None
        assert SECRET.search(run(straight, place.name, statements)), "this way leads nowhere"


@pytest.mark.parametrize("statements", cases("admin.sql"))
def test_what_can_do_anything_is_for_admins(place: Place, statements: list[str]) -> None:
    assert stopped(place, statements)["code"] == "policy_denied"


@pytest.mark.parametrize("statements", cases("masked.sql"))
def test_what_is_allowed_shows_no_value(place: Place, statements: list[str]) -> None:
    with place.connect(prepare_threshold=None) as connection:
        assert not SECRET.search(run(connection, place.name, statements))


@pytest.mark.parametrize("statements", cases("allowed.sql"))
def test_ordinary_migrations_go_on(place: Place, statements: list[str]) -> None:
    with place.connect(prepare_threshold=None) as connection:
        assert not SECRET.search(run(connection, place.name, statements))


def test_a_refusal_says_which_column_and_what_to_do(place: Place) -> None:
    with place.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        connection.execute("ALTER TABLE people RENAME COLUMN email TO x")
    assert denial(caught.value) == {"code": "masked_value_copied", "columns": ["public.people.email"]}
    assert "take from public.people.email" in str(caught.value)
    assert "tag the new name first" in caught.value.diag.message_hint


def test_who_sees_everything_may_do_everything(place_for) -> None:
    schema = (CASES / "schema.sql").read_text()
    free = place_for(ALLOW_ALL, schema=schema, columns={column: ["pii"] for column in COLUMNS})
    for case in cases("refused.sql"):
        with free.connect(prepare_threshold=None) as connection:
            assert SECRET.search(run(connection, free.name, case.values[0])), case.id


def test_rules_that_show_nothing_masked_show_it(place: Place) -> None:
    with place.connect() as connection, connection.transaction(force_rollback=True):
        assert connection.execute("INSERT INTO plain VALUES (7, 'seven') RETURNING id, note").fetchall() == [(7, "seven")]
