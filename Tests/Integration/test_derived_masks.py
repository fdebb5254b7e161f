"""What is worked out of a masked value gives nothing of it away, whatever mask keeps some of a value or tells equal ones."""

from __future__ import annotations

import pytest
from support.place import Place

SCHEMA = """
    CREATE TABLE people (id int PRIMARY KEY, card text NOT NULL, salary bigint NOT NULL);
    INSERT INTO people SELECT n, '42425353646475' || (20 + n), 73150 + n FROM generate_series(1, 5) AS n;
    CREATE VIEW cards AS SELECT id, card AS number FROM people;
"""
COLUMNS = {"public.people.card": ["pii"], "public.people.salary": ["pii"]}
MASKS = {
    "partial": {"kind": "partial", "keep_last": 4}, "hash": {"kind": "hash"}, "tokenize": {"kind": "tokenize"},
}


@pytest.fixture(scope="module", params=MASKS)
def masked(request, place_for) -> tuple[Place, str]:
    rules = [
        {"effect": "allow", "actions": ["read", "write"]},
        {"effect": "mask", "tags": ["pii"], "with": MASKS[request.param]},
    ]
    return place_for(rules, schema=SCHEMA, columns=COLUMNS), request.param


def column(place: Place, text: str) -> list:
    with place.connect() as connection:
        return [row[0] for row in connection.execute(text.encode()).fetchall()]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT substr(card, {n}, 5) FROM people ORDER BY id", "SELECT reverse(card) FROM people ORDER BY id",
        "SELECT x FROM (SELECT id, substr(number, {n}, 1) AS x FROM cards) AS s ORDER BY id",
        "SELECT card || 'xxxx' FROM people ORDER BY id", "SELECT card::varchar({n}) FROM people ORDER BY id",
    ],
)
def test_pieces_of_a_value_are_not_shown(masked: tuple[Place, str], text: str) -> None:
    place, _ = masked
    for n in range(1, 13):
        assert column(place, text.format(n=n)) == ["[redacted]"] * 5


@pytest.mark.parametrize(
    "text",
    [
        "SELECT card FROM people UNION ALL SELECT '4242535364647521'",
        "SELECT CASE WHEN id > 3 THEN '4242535364647521' ELSE card END FROM people",
        "SELECT coalesce(nullif(card, card), '4242535364647521') FROM people",
        "SELECT unnest(ARRAY[card, '4242535364647521']) FROM people",
    ],
)
def test_a_value_of_the_askers_own_tells_nothing(masked: tuple[Place, str], text: str) -> None:
    """The mask of a guess, next to masked values, would say whether it was right."""
    place, _ = masked
    assert set(column(place, text)) == {"[redacted]"}


def test_numbers_that_are_worked_out_become_null(masked: tuple[Place, str]) -> None:
    place, _ = masked
    assert column(place, "SELECT salary / 10 FROM people") == [None] * 5


def test_whole_values_are_shown_as_the_mask_has_them_wherever_they_come_from(masked: tuple[Place, str]) -> None:
    place, mask = masked
    shown = column(place, "SELECT card FROM people ORDER BY id")
    assert "[redacted]" not in shown and len(set(shown)) == 5
    if mask == "partial":
        assert [value[-4:] for value in shown] == [f"752{n}" for n in range(1, 6)]
    for text in (
        "SELECT number FROM cards ORDER BY id", "SELECT x FROM (SELECT id, card::text FROM people) AS s (i, x) ORDER BY i",
        "SELECT (to_jsonb(p) ->> 'card') FROM people AS p ORDER BY id", "SELECT unnest(array_agg(card ORDER BY id)) FROM people",
    ):
        assert column(place, text) == shown, text
    assert column(place, "SELECT count(*) FROM people a JOIN people b ON a.card = b.card") == [5]


def test_what_stands_for_a_derived_value_is_not_written_back(masked: tuple[Place, str]) -> None:
    place, _ = masked
    shown = column(place, "SELECT reverse(card) FROM people WHERE id = 1")[0]
    with place.connect() as connection, pytest.raises(Exception, match="masked"):
        connection.execute("UPDATE people SET card = %s WHERE id = 1", [shown])
