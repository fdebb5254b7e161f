"""What ran is in the API: who, what, with which parameters, why it might, how much came back, how long it took."""

from __future__ import annotations

import psycopg
import pytest
from support.place import ALLOW_ALL, Place, records

from devstack.api import API


@pytest.fixture
def place(place_for) -> Place:
    return place_for(ALLOW_ALL)


def test_a_statement_with_its_parameters_rows_and_time(place: Place, admin: API) -> None:
    with place.connect(application_name="test records") as connection:
        connection.execute("SELECT n, %s::text FROM generate_series(1, %s) AS n WHERE n <> %s", ["word", 5, None])
        connection.execute("SELECT n, %s::text FROM generate_series(1, %s) AS n", ["wörter ✓", 7], binary=True)
    first, second = records(admin, place, count=2)[-2:]
    assert first["text"] == "SELECT n, $1::text FROM generate_series(1, $2) AS n WHERE n <> $3"
    assert first["parameters"] == ["word", "5", None]
    assert (first["decision"], first["rows"], second["rows"]) == ("allow", 0, 7)
    assert first["rules"] == [{"policy": place.name, "rule": 0, "effect": "allow"}]
    assert first["principal"]["name"] == place.principal
    assert first["principal"]["kind"] == "ai_agent"
    assert first["resource"] == place.name
    assert first["duration_us"] > 0
    assert second["parameters"][0] == "wörter ✓"
    # The session's end may come with the next upload.
    session = admin.wait_for(f"/v1/sessions/{first['session_id']}", lambda one: one["status"] == "closed")
    assert session["application_name"] == "test records"
    assert session["client_address"].startswith("127.0.0.1")


def test_an_error_of_the_server_is_on_record(place: Place, admin: API) -> None:
    with place.connect() as connection, pytest.raises(psycopg.errors.DivisionByZero):
        connection.execute("SELECT 1/0")
    failed = records(admin, place, "SELECT 1/0")
    assert [one["error"]["sqlstate"] for one in failed] == ["22012"]


def test_every_statement_is_there_once_and_in_order(place: Place, admin: API) -> None:
    with place.connect() as connection:
        with connection.pipeline():
            for number in range(200):
                connection.execute(f"SELECT {number}")
        for number in range(200, 250):
            connection.execute(f"SELECT {number}")
    wanted = [f"SELECT {number}" for number in range(250)]
    assert [one["text"] for one in records(admin, place, count=250) if one["text"] in set(wanted)] == wanted


def test_a_query_of_several_statements_is_one_record(place: Place, admin: API) -> None:
    with place.wire() as session:
        session.run("SELECT 1; SELECT 2, 3; CREATE TEMP TABLE t ()")
    found = records(admin, place, "SELECT 1; SELECT 2, 3; CREATE TEMP TABLE t ()")
    assert len(found) == 1
    assert set(found[0]["actions"]) == {"read", "ddl"}


def test_the_recording_is_chained_and_complete(place: Place, admin: API) -> None:
    with place.connect() as connection:
        connection.execute("SELECT 'recorded'")
    session = records(admin, place, "SELECT 'recorded'")[-1]["session_id"]
    lines = admin.request("GET", f"/v1/sessions/{session}/recording").text.splitlines()
    assert len(lines) >= 3
    assert "recorded" in "".join(lines)


def test_a_session_is_ended_by_its_administrator(place: Place, admin: API) -> None:
    def own(answer: dict) -> list[dict]:
        return [one for one in answer["items"] if one.get("application_name") == "to be ended"]

    with place.connect(application_name="to be ended") as connection:
        connection.execute("SELECT 1")
        session = own(admin.wait_for("/v1/sessions", own, resource=place.name, active="true"))[0]
        admin.post(f"/v1/sessions/{session['id']}/terminate", {"reason": "a test"})
        with pytest.raises(psycopg.OperationalError) as caught:
            for _ in range(200):
                connection.execute("SELECT pg_sleep(0.05)")
        assert "57P01" in str(caught.value.sqlstate) or connection.broken
    admin.wait_for(f"/v1/sessions/{session['id']}", lambda one: one["status"] == "closed")


def test_a_principal_sees_its_own_sessions_and_no_others(place: Place, place_for, stack) -> None:
    other = place_for(ALLOW_ALL)
    with place.connect() as connection, other.connect() as another:
        connection.execute("SELECT 1")
        another.execute("SELECT 1")
        api = stack.api(place.key)
        seen = api.wait_for("/v1/sessions", lambda answer: len(answer["items"]) > 0)["items"]
    assert {one["principal"]["name"] for one in seen} == {place.principal}
