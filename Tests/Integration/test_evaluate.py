"""`POST /v1/policies/evaluate` says what a statement is and what would become of it, as the agent itself decides."""

from __future__ import annotations

import csv
import re

import pytest
from support.place import Place

from devstack.api import API, APIError
from devstack.settings import ROOT
from devstack.stack import Stack

CORPUS = ROOT / "Tests" / "Fixtures" / "corpus"
ORDER = ["read", "write", "ddl", "admin"]

SCHEMA = """
    CREATE TABLE customers (id int PRIMARY KEY, email text, city text);
    CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers, total int);
    CREATE VIEW totals AS
        SELECT c.email, sum(o.total) AS total FROM customers c JOIN orders o ON o.customer = c.id GROUP BY c.email;
"""
RULES = [
    {"effect": "allow", "actions": ["read"]},
    {"effect": "deny", "conditions": ["missing_where"], "reason": "name the rows"},
    {
        "effect": "require_approval",
        "actions": ["write"],
        "approval": {"reviewers": ["dba"], "required": 1, "timeout": "15m", "mode": "hold", "reuse": "once"},
    },
    {"effect": "mask", "tags": ["pii"], "with": {"kind": "redact"}},
    {"effect": "limit", "max_rows": 100},
]


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA, columns={"public.customers.email": ["pii"]})


def evaluate(admin: API, place: Place, statement: str) -> dict:
    body = {"principal": place.principal, "resource": place.name, "statement": statement}
    return admin.post("/v1/policies/evaluate", body)


def test_a_read_with_its_lineage_masks_and_limits(admin: API, place: Place) -> None:
    said = evaluate(admin, place, "SELECT id, upper(email) AS shout FROM customers WHERE city = 'Paris'")
    assert (said["decision"], said["actions"], said["tables"]) == ("allow", ["read"], ["public.customers"])
    assert said["outputs"] == [
        {"name": "id", "lineage": ["public.customers.id"]},
        {"name": "shout", "lineage": ["public.customers.email"]},
    ]
    assert {"column": "public.customers.city", "use": "predicate"} in said["columns"]
    assert said["masks"] and said["limits"] == {"max_rows": 100}
    assert said["rules"][0] == {"policy": place.name, "rule": 0, "effect": "allow"}
    assert said["why"]


def test_a_view_reaches_the_tables_behind_it(admin: API, place: Place) -> None:
    said = evaluate(admin, place, "SELECT * FROM totals")
    assert said["tables"] == ["public.totals"]
    assert sorted(said["reached"]) == ["public.customers", "public.orders"]
    assert said["outputs"][0]["name"] == "email"
    assert "public.customers.email" in said["outputs"][0]["lineage"]


@pytest.mark.parametrize(
    ("statement", "decision", "conditions"),
    [
        ("DELETE FROM orders", "deny", ["missing_where"]),
        ("DELETE FROM orders WHERE true", "deny", ["missing_where"]),
        ("DELETE FROM orders WHERE id = 1", "hold", []),
        ("DROP TABLE orders", "deny", []),
        ("", "allow", []),
    ],
)
def test_decisions(admin: API, place: Place, statement: str, decision: str, conditions: list[str]) -> None:
    said = evaluate(admin, place, statement)
    assert said["decision"] == decision
    assert [one for one in said["conditions"] if one == "missing_where"] == conditions


def test_a_table_made_a_moment_ago_is_known(admin: API, place: Place) -> None:
    with place.direct() as connection:
        for number in range(5):
            statement = f"SELECT a FROM fresh_{number}"
            assert evaluate(admin, place, statement)["actions"] == ["read", "unknown"]
            connection.execute(f"CREATE TABLE fresh_{number} (a int)".encode())
            said = evaluate(admin, place, statement)
            assert (said["actions"], said["tables"]) == (["read"], [f"public.fresh_{number}"])


def test_a_text_that_does_not_parse(admin: API, place: Place) -> None:
    said = evaluate(admin, place, "SELEC 1")
    assert (said["decision"], said["actions"]) == ("deny", ["unknown"])
    assert said["parse_error"]["position"] == 1
    assert "syntax error" in said["parse_error"]["message"]


def test_others_are_evaluated_by_administrators_only(stack: Stack, place: Place, open_place: Place) -> None:
    own = stack.api(place.key).post("/v1/policies/evaluate", {"resource": place.name, "statement": "SELECT 1"})
    assert own["decision"] == "allow"
    with pytest.raises(APIError) as caught:
        evaluate(stack.api(place.key), open_place, "SELECT 1")
    assert caught.value.response.status_code in (403, 404)


def test_without_an_agent_there_is_no_answer(admin: API, place: Place, own_agent, place_for) -> None:
    agent = own_agent()
    lonely = place_for(RULES, agent=agent)
    agent.service.stop()
    with pytest.raises(APIError) as caught:
        evaluate(admin, lonely, "SELECT 1")
    assert (caught.value.response.status_code, caught.value.code) == (503, "agent_unavailable")


# The corpus


def corpus_rows(every: int) -> list[dict[str, str]]:
    file = CORPUS / "classify.tsv"
    if not file.exists():
        return []
    lines = file.read_text().splitlines()
    header = lines[0].lstrip("#").split("\t")
    rows = list(csv.DictReader(lines[1:], fieldnames=header, delimiter="\t", quoting=csv.QUOTE_NONE))
    return rows[::every]


def unescaped(text: str) -> str:
    names = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "\\": "\\"}

    def one(match: re.Match[str]) -> str:
        return chr(int(match[2], 16)) if match[2] else names[match[1]]

    return re.sub(r"\\(?:([nrtf\\])|u([0-9a-fA-F]{4}))", one, text)


@pytest.fixture(scope="module")
def shop(place_for, stack: Stack) -> Place:
    place = place_for(RULES)
    with stack.postgres.connect(place.name) as connection:
        connection.execute((CORPUS / "schema.sql").read_bytes())
        connection.execute(f'GRANT app_owner TO "{place.name}"'.encode())
    return place


@pytest.mark.parametrize("row", corpus_rows(every=4), ids=lambda row: row["id"])
def test_the_corpus_is_classified(admin: API, shop: Place, row: dict[str, str]) -> None:
    said = evaluate(admin, shop, unescaped(row["sql"]))
    accepted = {row["class"], *listed(row["also_ok"])}
    assert classified(said) in accepted, said
    if classified(said) in ("unparsable", "admin"):
        return
    if row["where"] in ("missing", "tautology"):
        assert "missing_where" in said["conditions"], said
    everything = set(said["tables"]) | set(said["reached"])
    assert listed(row["tables"]) | listed(row["via"]) <= everything, said


def listed(field: str) -> set[str]:
    return set(field.split(",")) - {"-", "*"}


def classified(said: dict) -> str:
    """The worst action, in the corpus's words."""
    if "parse_error" in said:
        return "unparsable"
    return "admin" if "unknown" in said["actions"] else max(said["actions"], key=ORDER.index)
