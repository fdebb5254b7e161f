"""What detectors find inside values, what a scan proposes, and the way back from tokens."""

from __future__ import annotations

import secrets

import pytest
from support.place import Place

from devstack.api import API, APIError
from devstack.processes import wait_until

SCHEMA = """
    CREATE TABLE notes (id int PRIMARY KEY, body text, data jsonb, phones text[]);
    INSERT INTO notes VALUES
        (1, 'card 4111 1111 1111 1111, ssn 054-28-6917', '{"mail": "ada@example.org", "n": [1, "x"]}', '{"call +14155552671",none}'),
        (2, 'password=hunter2 and nothing else', NULL, NULL),
        (3, 'plain words, 12 of them', '{"a": 1}', '{}');
    CREATE TABLE members (id int PRIMARY KEY, contact text, tax_number text, shoe_size int);
    INSERT INTO members SELECT n, 'member' || n || '@example.org', '54-' || n, 40 FROM generate_series(1, 30) AS n;
    CREATE TABLE empty_one (email text);
"""
RULES = [
    {"effect": "allow", "actions": ["read"]},
    {"effect": "mask", "columns": ["public.members.contact"], "with": {"kind": "tokenize"}},
    {
        "effect": "mask",
        "detectors": ["credit_card", "us_ssn", "email", "phone", "credential"],
        "with": {"kind": "redact"},
    },
]


@pytest.fixture(scope="module")
def place(place_for) -> Place:
    return place_for(RULES, schema=SCHEMA)


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_masks_what_is_found_and_leaves_the_rest(place: Place, binary: bool) -> None:
    with place.connect() as connection:
        rows = connection.execute("SELECT body, data, phones FROM notes ORDER BY id", binary=binary).fetchall()
    assert rows[0] == (
        "card [redacted], ssn [redacted]",
        {"mail": "[redacted]", "n": [1, "x"]},
        ["call [redacted]", "none"],
    )
    assert rows[1][0] == "password=[redacted] and nothing else"
    assert rows[2] == ("plain words, 12 of them", {"a": 1}, [])


def test_a_detector_that_does_not_exist_is_refused_with_a_suggestion(place: Place, admin: API) -> None:
    rules = [{"effect": "mask", "detectors": ["us_snn"], "with": {"kind": "null"}}]
    with pytest.raises(APIError) as refusal:
        admin.put("/v1/policies/typo", {**place.policy(rules), "name": "typo"})
    assert refusal.value.response.status_code == 400
    error = refusal.value.problem["errors"][0]
    assert error["pointer"] == "/rules/0/detectors/0"
    assert '"us_ssn"' in error["detail"]


def test_a_scan_proposes_tags_that_can_be_accepted_in_bulk(place: Place, admin: API) -> None:
    path = f"/v1/resources/{place.name}"
    scan = admin.request("POST", f"{path}/scan", json={"sample_rows": 20})
    found = {item["column"]: item for item in scan.json()["items"]}
    assert found["public.members.contact"]["tags"] == ["pii"]
    assert found["public.members.contact"]["evidence"] == [{"detector": "email", "matched": 20}]
    assert found["public.members.contact"]["sampled"] == 20
    assert set(found["public.notes.body"]["tags"]) == {"pci", "pii", "secret"}
    assert not {"public.members.tax_number", "public.members.shoe_size", "public.empty_one.email"} & set(found)
    assert "example.org" not in scan.text and "4111" not in scan.text
    items = [{"column": item["column"], "tags": item["tags"]} for item in scan.json()["items"]]
    etag = admin.request("GET", f"{path}/columns").headers["etag"]
    admin.request("PATCH", f"{path}/columns", json={"items": items}, headers={"if-match": etag})
    assert admin.post(f"{path}/scan")["items"] == []


def test_tokens_turn_back_through_the_api_alone(place: Place, admin: API, reviewer: API) -> None:
    def tokens() -> list[str]:
        with place.connect() as connection:
            return [row[0] for row in connection.execute("SELECT contact FROM members ORDER BY id LIMIT 3")]

    path = f"/v1/resources/{place.name}"
    first = tokens()
    assert all("@" in token and "member" not in token for token in first)
    request = {"tokens": first, "reason": "somebody asked for them"}
    with pytest.raises(APIError) as refusal:
        reviewer.post(f"{path}/tokens/reverse", request)
    assert refusal.value.response.status_code == 403
    answer = admin.post(f"{path}/tokens/reverse", request)
    assert [item["value"] for item in answer["items"]] == [f"member{n}@example.org" for n in (1, 2, 3)]
    admin.request("POST", f"{path}/mask-keys")
    wait_until(lambda: tokens() != first, "a token of the new key", 20)
    assert admin.post(f"{path}/tokens/reverse", {**request, "key_version": 1})["items"] == answer["items"]
    newer = admin.post(f"{path}/tokens/reverse", {**request, "tokens": tokens()})
    assert newer["items"][0]["value"] == "member1@example.org"
    events = admin.request("GET", "/v1/audit/events?action=resource.reverse_tokens").text
    assert "somebody asked for them" in events and "member1@" not in events


def test_a_pattern_of_an_admins_is_masked(place_for, admin: API) -> None:
    name = "badge_" + secrets.token_hex(4)
    with pytest.raises(APIError) as refusal:
        admin.put(f"/v1/detectors/{name}", {"name": name, "pattern": "BDG-[0-9"})
    error = refusal.value.problem["errors"][0]
    assert error["pointer"] == "/pattern" and "position" in error["detail"]
    admin.put(f"/v1/detectors/{name}", {"name": name, "pattern": "BDG-[0-9]{4}", "context": ["badge"]})
    rules = [
        {"effect": "allow", "actions": ["read"]},
        {"effect": "mask", "detectors": [name], "with": {"kind": "partial", "keep_last": 2}},
    ]
    place = place_for(rules, schema="CREATE TABLE t (a text); INSERT INTO t VALUES ('badge BDG-1234, other'), ('BDG-1234')")
    with place.connect() as connection:
        rows = [row[0] for row in connection.execute("SELECT a FROM t")]
    assert rows == ["badge ***-**34, other", "BDG-1234"]
