"""The mask corpus through a real agent: no trace of a raw value reaches the client, and what can be served is served."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from support.corpus import CHANNELS, MODES, Answer, Channel, Line, Shop, load_lines, make_shop

from devstack import wire

RULES = [
    {"effect": "allow", "actions": ["read", "write"]},
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
    {"effect": "mask", "detectors": ["credit_card", "us_ssn", "api_key"], "with": {"kind": "redact"}},
]
LINES = load_lines()

Asked = Callable[[Line, Channel, str], Answer]


@pytest.fixture(scope="module")
def shop(stack, admin) -> Shop:
    return make_shop(stack, admin, RULES)


@pytest.fixture(scope="module")
def ask(shop: Shop) -> Iterator[Callable[[Line, Channel, bool], Answer]]:
    """Runs a line over a channel, through the agent or directly."""

    def run(line: Line, channel: Channel, direct: bool = False) -> Answer:
        session = shop.direct(line.role) if direct else shop.session(line.role, line.needs_containers)
        with session:
            return channel(session, line.sql)

    yield run


def lines(*shapes: str) -> list[Line]:
    return [line for line in LINES if line.shape in shapes]


@contextlib.contextmanager
def activity(shop: Shop, line: Line) -> Iterator[None]:
    """Another session of the same role that has just run a statement with a raw value in it."""
    if line.mode != "activity":
        yield
        return
    with shop.superuser() as connection, shop.direct(line.role) as other:
        value = connection.execute("SELECT ssn FROM customers ORDER BY id LIMIT 1").fetchone()[0]
        other.run(f"SELECT count(*) FROM customers WHERE ssn = '{value}'")
        yield


@pytest.mark.parametrize("line", lines("same", "same-or-deny", "any"), ids=str)
def test_no_value_leaks_and_shapes_stay(shop: Shop, ask, line: Line) -> None:
    with activity(shop, line):
        answer = ask(line, MODES[line.mode])
    assert not shop.secrets.leaks(answer, line.forbidden)
    if line.shape == "any" or (line.shape == "same-or-deny" and answer.is_refused):
        return
    plain = ask(line, MODES[line.mode], direct=True)
    assert (answer.error or {}).get("C") == (plain.error or {}).get("C"), answer.error
    assert (answer.names, answer.types) == (plain.names, plain.types)
    # The sessions of the gateway itself are among the activities.
    assert line.mode == "activity" or answer.count == plain.count


@pytest.mark.parametrize("line", lines("identical"), ids=str)
def test_what_is_harmless_comes_back_byte_for_byte(ask, line: Line) -> None:
    assert ask(line, MODES[line.mode]).bytes == ask(line, MODES[line.mode], direct=True).bytes


def is_query(line: Line) -> bool:
    return line.mode in ("simple", "ext-text", "ext-bin") and line.sql.startswith(("SELECT", "WITH"))


@pytest.mark.parametrize("channel", CHANNELS)
def test_no_channel_leaks(shop: Shop, channel: str) -> None:
    leaks, refused = [], []
    sessions: dict[tuple[str, bool], wire.Wire] = {}
    with contextlib.ExitStack() as stack:
        for line in filter(is_query, lines("same", "same-or-deny")):
            way = line.role, line.needs_containers
            if way not in sessions:
                sessions[way] = stack.enter_context(shop.session(*way))
            answer = CHANNELS[channel](sessions[way], line.sql)
            leaks += [(line.id, leak) for leak in shop.secrets.leaks(answer, line.forbidden)]
            if line.shape == "same" and answer.error:
                refused.append((line.id, answer.error))
    assert not leaks
    assert not refused


INFERENCE = lines("flag")


@pytest.mark.parametrize("effect", ["deny", "require_approval"])
def test_what_lets_values_be_guessed_can_be_denied_or_held(stack, admin, effect: str) -> None:
    """Results that show no value and tell of it all the same: a policy that says so has each of them refused or held."""
    rule: dict = {"effect": effect, "conditions": ["sensitive_predicate"]}
    if effect == "require_approval":
        rule["approval"] = {"reviewers": ["privacy"], "required": 1, "timeout": "5m", "mode": "ticket"}
    guarded = make_shop(stack, admin, [*RULES, rule])
    passed, leaks = [], []
    for line in INFERENCE:
        with guarded.session(line.role, line.needs_containers) as session:
            answer = MODES[line.mode](session, line.sql)
        leaks += [(line.id, leak) for leak in guarded.secrets.leaks(answer, [f"@{name}" for name in ("ssn", "card")])]
        if not answer.is_refused:
            passed.append((line.id, line.sql, answer.rows[:2]))
    assert not passed and not leaks
    # Plain output of the same columns is masked and goes on.
    with guarded.session(INFERENCE[0].role, False) as session:
        assert session.run("SELECT id, email, ssn FROM customers")
