"""asyncpg, SQLAlchemy, pgbench and pg_dump through the agent, unchanged."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import re
from collections.abc import Callable

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from support.place import ALLOW_ALL, Place


async def asyncpg_connect(place: Place) -> asyncpg.Connection:
    return await asyncpg.connect(
        host="localhost", port=place.agent.port, user=place.principal, password=place.key, database=place.name,
        ssl=place.tls,
    )


async def test_asyncpg_statements_types_and_cursors(open_place: Place) -> None:
    connection = await asyncpg_connect(open_place)
    try:
        await connection.execute("CREATE TEMP TABLE t (id int, at timestamptz, price numeric, tags text[])")
        at = datetime.datetime(2026, 5, 6, 7, 8, 9, tzinfo=datetime.UTC)
        rows = [(n, at, decimal.Decimal(n) / 4, ["a", str(n)]) for n in range(500)]
        await connection.executemany("INSERT INTO t VALUES ($1, $2, $3, $4)", rows)
        assert [tuple(row) for row in await connection.fetch("SELECT * FROM t ORDER BY id")] == rows
        async with connection.transaction():
            total = 0
            async for record in connection.cursor("SELECT id FROM t", prefetch=50):
                total += record["id"]
        assert total == sum(range(500))
        with pytest.raises(asyncpg.DivisionByZeroError):
            await connection.fetch("SELECT 1/$1::int", 0)
        assert await connection.fetchval("SELECT 'well'") == "well"
    finally:
        await connection.close()


async def test_asyncpg_copy_and_notifications(open_place: Place) -> None:
    connection = await asyncpg_connect(open_place)
    try:
        await connection.execute("CREATE TEMP TABLE t (id int, name text)")
        await connection.copy_records_to_table("t", records=[(n, f"name {n}") for n in range(2000)])
        assert await connection.fetchval("SELECT count(*) FROM t") == 2000
        heard: asyncio.Queue[str] = asyncio.Queue()
        await connection.add_listener("asyncpg_channel", lambda *message: heard.put_nowait(message[-1]))
        await connection.execute("NOTIFY asyncpg_channel, 'hello'")
        assert await asyncio.wait_for(heard.get(), 10) == "hello"
    finally:
        await connection.close()


async def test_asyncpg_timeout_cancels_upstream(open_place: Place) -> None:
    connection = await asyncpg_connect(open_place)
    try:
        with pytest.raises(TimeoutError):
            await connection.fetch("SELECT pg_sleep(30)", timeout=0.5)
        assert await connection.fetchval("SELECT 1") == 1
    finally:
        await connection.close()


async def test_asyncpg_learns_types_where_only_reading_is_allowed(place_for: Callable[..., Place]) -> None:
    """To decode a type that it does not know, asyncpg reads the catalog, with JIT off while it does."""
    place = place_for(
        [{"effect": "allow", "actions": ["read"]}],
        schema="CREATE TYPE pair AS (a int, b text); CREATE TYPE mood AS ENUM ('sad', 'glad');"
        " CREATE TABLE kept (tags text[], p pair, m mood, at tstzrange);"
        " INSERT INTO kept VALUES ('{a,b}', ROW(1, 'x'), 'glad', 'empty')",
    )
    connection = await asyncpg_connect(place)
    try:
        row = await connection.fetchrow("SELECT tags, p, m, at FROM kept")
        assert row["tags"] == ["a", "b"]
        assert tuple(row["p"]) == (1, "x")
        assert row["m"] == "glad"
        assert row["at"].isempty
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM kept WHERE m = 'sad'")
    finally:
        await connection.close()


async def test_asyncpg_pool(open_place: Place) -> None:
    async with asyncpg.create_pool(open_place.url(), ssl=open_place.tls, min_size=2, max_size=8) as pool:
        results = await asyncio.gather(*(pool.fetchval("SELECT $1::int", n) for n in range(200)))
    assert results == list(range(200))


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="books")


def test_sqlalchemy_orm_from_create_all_to_drop_all(open_place: Place) -> None:
    options = {"sslmode": "verify-full", "sslrootcert": str(open_place.stack.settings.ca_file)}
    engine = sa.create_engine(open_place.url("postgresql+psycopg"), connect_args=options)
    try:
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add_all(Author(name=f"a{n}", books=[Book(title=f"b{n}.{m}") for m in range(3)]) for n in range(20))
            session.commit()
            found = session.scalars(sa.select(Author).join(Author.books).where(Book.title == "b7.2")).one()
            assert (found.name, len(found.books)) == ("a7", 3)
            session.delete(found.books[0])
            session.rollback()
            assert session.scalar(sa.select(sa.func.count(Book.id))) == 60
        inspector = sa.inspect(engine)
        assert sorted(inspector.get_table_names()) == ["authors", "books"]
        assert inspector.get_foreign_keys("books")[0]["referred_table"] == "authors"
    finally:
        Base.metadata.drop_all(engine)
        engine.dispose()


async def test_sqlalchemy_asynchronous_engine(open_place: Place) -> None:
    engine = create_async_engine(open_place.url("postgresql+asyncpg"), connect_args={"ssl": open_place.tls})
    try:
        async with engine.begin() as connection:
            rows = await connection.execute(sa.text("SELECT n FROM generate_series(1, :top) AS n"), {"top": 5})
            assert rows.scalars().all() == [1, 2, 3, 4, 5]
    finally:
        await engine.dispose()


@pytest.fixture(scope="module")
def bench_place(place_for) -> Place:
    place = place_for(ALLOW_ALL)
    initialised = place.run("pgbench", "-i", "-q", "-s", "1")
    assert initialised.returncode == 0, initialised.stderr
    return place


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["simple", "extended", "prepared"])
@pytest.mark.parametrize("script", ["select-only", "tpcb-like"])
def test_pgbench(bench_place: Place, mode: str, script: str) -> None:
    done = bench_place.run("pgbench", "-n", "-b", script, "-M", mode, "-c", "8", "-j", "2", "-t", "50")
    assert done.returncode == 0, done.stderr
    assert re.search(r"actually processed: 400/400", done.stdout), done.stdout
    assert "number of failed transactions: 0" in done.stdout


@pytest.mark.slow
def test_pg_dump_of_the_schema_is_the_same(place_for) -> None:
    place = place_for(
        ALLOW_ALL,
        schema="""
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
                                 mood mood DEFAULT 'good', CONSTRAINT named CHECK (name <> ''));
            CREATE TABLE events (at timestamptz NOT NULL, person int REFERENCES people) PARTITION BY RANGE (at);
            CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            CREATE INDEX ON people (lower(name));
            CREATE VIEW happy AS SELECT * FROM people WHERE mood = 'good';
            CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
        """,
    )
    direct = place.run("pg_dump", "--schema-only", direct=True)
    through = place.run("pg_dump", "--schema-only")
    assert through.returncode == 0, through.stderr
    # Newer patch releases of pg_dump put a random word into \restrict and \unrestrict.
    same = [re.sub(r"(?m)^\\(un)?restrict .*$", "", text.stdout) for text in (direct, through)]
    assert same[0] == same[1]
    assert "CREATE VIEW public.happy" in same[1]
