"""Whatever the mask and the type, a client can read the value, and it is of the column's type or NULL."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from support.place import Place

# A column for each kind of type, with a value.
TYPES: dict[str, tuple[str, str]] = {
    "text": ("text", "'Ada Lovelace'"), "varchar": ("varchar(40)", "'Ada Byron'"), "bpchar": ("char(12)", "'Ada Byron'"),
    "name": ("name", "'ada_byron'"), "citext": ("citext", "'Ada Byron'"),
    "int2": ("int2", "12345"), "int4": ("int4", "-1234567"), "int8": ("int8", "4111111111111111"),
    "oid": ("oid", "3123456789"),
    "float4": ("float4", "1.5"), "float8": ("float8", "-123.456"), "numeric": ("numeric(12,3)", "1234567.891"),
    "bool": ("bool", "true"), "date": ("date", "'1990-02-28'"), "time": ("time", "'12:34:56.789'"),
    "timetz": ("timetz", "'12:34:56+02'"), "timestamp": ("timestamp", "'1990-02-28 12:34:56'"),
    "timestamptz": ("timestamptz", "'1990-02-28 12:34:56.789+00'"), "interval": ("interval", "'1 day 2 hours'"),
    "uuid": ("uuid", "'6b4e03ba-4b1c-4c4e-9a10-16f3f0b2d1a0'"), "json": ("json", """'{"a": [1, "x"]}'"""),
    "jsonb": ("jsonb", """'{"a": [1, "x"], "b": null}'"""), "bytea": ("bytea", r"'\x0001ff'"),
    "inet6": ("inet", "'2001:db8::1234:1/64'"), "macaddr": ("macaddr", "'08:00:2b:01:02:03'"),
    "macaddr8": ("macaddr8", "'08:00:2b:01:02:03:04:05'"), "inets": ("inet[]", "'{10.1.2.3,NULL}'"),
    "inet": ("inet", "'10.1.2.3/8'"), "cidr": ("cidr", "'10.20.30.0/24'"), "xml": ("xml", "'<a b=\"c\">d</a>'"),
    "money": ("money", "-1234.56"), "daterange": ("daterange", "'[2024-02-01,2024-05-17)'"),
    "stamps": ("tstzrange", "'[2024-02-01 10:00:00+00,)'"), "numrange": ("numrange", "'(-7.25,1234.5]'"),
    "own": ("span", "'[100,500)'"), "ranges": ("int8range[]", "'{\"[100,500)\",NULL}'"),
    "range": ("int4range", "'[1003,50077)'"), "multirange": ("int4multirange", "'{[1003,5007),[7001,90010)}'"),
    "hstore": ("hstore", "'alpha=>12345, beta=>NULL'"), "bits": ("varbit", "B'10110011100011110000'"), "tsvector": ("tsvector", "'a b'"),
    "mood": ("mood", "'sad'"), "email": ("email", "'ada@example.org'"), "pair": ("pair", "('xavier', 51234, 'sad')"),
    "texts": ("text[]", """'{{abc,bcd},{NULL,"cde def"}}'"""), "ints": ("int4[]", "'{100234,NULL,-300567}'"),
    "uuids": ("uuid[]", "'{6b4e03ba-4b1c-4c4e-9a10-16f3f0b2d1a0}'"), "moods": ("mood[]", "'{sad,happy}'"),
    "pairs": ("pair[]", "ARRAY[('xavier', 51234, 'sad')::pair]"), "emails": ("email[]", "'{a@b.org}'"),
}
# What hashes and tokens keep a value of.
KEPT = {
    "text", "varchar", "bpchar", "name", "citext", "int2", "int4", "int8", "numeric", "date", "timestamp", "timestamptz",
    "uuid", "json", "jsonb", "bytea", "mood", "email", "pair", "texts", "ints", "uuids", "moods", "pairs", "emails",
    "time", "timetz", "inet", "inet6", "inets", "cidr", "macaddr", "macaddr8", "bits", "interval", "money", "range",
    "multirange", "hstore", "daterange", "stamps", "numrange", "own", "ranges",
}
# A masked document is a string, which is JSON too.
JSON = {"json", "jsonb"}
# The types that asyncpg knows without a look at the catalog.
BUILT_IN = [
    name for name, (type, _) in TYPES.items()
    if type not in ("citext", "hstore", "mood", "email", "pair", "span") and not type.endswith(("[]", "range"))
]
SCHEMA = f"""
    CREATE EXTENSION hstore;
    CREATE EXTENSION citext;
    CREATE TYPE mood AS ENUM ('sad', 'fair', 'happy');
    CREATE TYPE span AS RANGE (SUBTYPE = int4);
    CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    CREATE TYPE pair AS (a text, b int, c mood);
    CREATE TABLE everything (id int, {", ".join(f"c_{name} {type}" for name, (type, _) in TYPES.items())});
    INSERT INTO everything VALUES (1, {", ".join(value for _, value in TYPES.values())});
"""
COLUMNS = {f"public.everything.c_{name}": ["pii"] for name in TYPES}
MASKS: dict[str, dict[str, Any]] = {
    "null": {"kind": "null"}, "redact": {"kind": "redact"}, "partial": {"kind": "partial", "keep_last": 2},
    "hash": {"kind": "hash"}, "tokenize": {"kind": "tokenize"},
}


@pytest.fixture(scope="module", params=MASKS)
def masked(request, place_for) -> tuple[Place, str]:
    """A place for each mask."""
    rules = [
        {"effect": "allow", "actions": ["read"]},
        {"effect": "mask", "tags": ["pii"], "with": MASKS[request.param]},
    ]
    return place_for(rules, schema=SCHEMA, columns=COLUMNS), request.param


def check(mask: str, seen: dict[str, Any], plain: dict[str, Any]) -> None:
    for name in (column.removeprefix("c_") for column in plain if column != "id"):
        value, original = seen[f"c_{name}"], plain[f"c_{name}"]
        assert value is None or type(value) is type(original) or name in JSON, name
        # One of few labels may hash to itself.
        assert value is None or value != original or name in ("bool", "mood", "moods"), name
        if mask in ("hash", "tokenize") and name in KEPT:
            assert value is not None, name
        if mask == "null":
            assert value is None, name


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_psycopg_reads_every_type(masked: tuple[Place, str], binary: bool) -> None:
    place, mask = masked
    rows = []
    for connect in (place.connect, place.direct):
        with connect() as connection:
            cursor = connection.execute("SELECT * FROM everything", binary=binary)
            names = [column.name for column in cursor.description or []]
            types = [column.type_code for column in cursor.description or []]
            rows.append((dict(zip(names, cursor.fetchone() or (), strict=True)), types))
    assert rows[0][1] == rows[1][1]
    check(mask, rows[0][0], rows[1][0])


def test_asyncpg_reads_every_type(masked: tuple[Place, str]) -> None:
    place, mask = masked

    async def fetch(dsn: str, **options: Any) -> dict[str, Any]:
        connection = await asyncpg.connect(dsn, **options)
        try:
            columns = ", ".join(f"c_{name}" for name in BUILT_IN)
            return dict(await connection.fetchrow(f"SELECT {columns} FROM everything"))
        finally:
            await connection.close()

    seen = asyncio.run(fetch(place.url(), ssl=place.tls))
    check(mask, seen, asyncio.run(fetch(place.direct_dsn)))
