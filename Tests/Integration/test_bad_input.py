"""What is wrong with a connection has its own error, and nobody else notices."""

from __future__ import annotations

import signal
import subprocess

import psycopg
import pytest
from support.place import ALLOW_ALL, Place, make_place

from devstack import wire
from devstack.api import API
from devstack.demo import put_resource
from devstack.processes import free_port, patience, wait_until
from devstack.stack import Stack


def refused(dsn: str) -> psycopg.OperationalError:
    """The error of a connection that must not come about; its SQLSTATE as psql -v VERBOSITY=verbose would show it."""
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(dsn).close()
    return caught.value


def sqlstate(place: Place, **changes: str) -> str:
    """The SQLSTATE of the FATAL error that a startup ends in, read off the wire."""
    values = {"user": place.principal, "password": place.key, "database": place.name} | changes
    user, password, database = (values.pop(name) for name in ("user", "password", "database"))
    with pytest.raises(wire.ServerError) as caught:
        wire.Wire.login(place.agent.port, user, password, database, parameters=values)
    assert caught.value.fields["V"] == "FATAL"
    assert place.upstream_password not in str(caught.value.fields)
    return caught.value.sqlstate


def still_served(place: Place) -> bool:
    with place.connect() as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_an_unknown_resource(open_place: Place) -> None:
    assert sqlstate(open_place, database="no-such-thing") == "3D000"
    assert "no-such-thing" in str(refused(open_place.dsn(database="no-such-thing")))
    assert still_served(open_place)


@pytest.mark.parametrize(
    "token",
    ["wrong", "x" * 5000, "sp_00000000000000000000000000_" + "A" * 43, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."],
    ids=["no-token", "long", "unknown-key", "unsigned-jwt"],
)
def test_a_bad_token(open_place: Place, token: str) -> None:
    assert sqlstate(open_place, password=token) == "28P01"
    assert still_served(open_place)


def test_a_key_with_one_character_changed(open_place: Place) -> None:
    changed = open_place.key[:-1] + ("A" if open_place.key[-1] != "A" else "B")
    assert sqlstate(open_place, password=changed) == "28P01"


def test_an_access_token_works_until_it_expires(open_place: Place, stack: Stack) -> None:
    api = stack.api(open_place.key)
    made = api.post(f"/v1/resources/{open_place.name}/credentials", {"duration": "4s"})
    assert made["expires_at"]
    with psycopg.connect(open_place.dsn(token=made["password"])) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    wait_until(lambda: _is_refused(open_place, made["password"]), "the end of the access token", seconds=90)
    assert sqlstate(open_place, password=made["password"]) == "28P01"


def test_an_access_token_for_another_resource(open_place: Place, place_for, stack: Stack) -> None:
    other = place_for(ALLOW_ALL)
    made = stack.api(other.key).post(f"/v1/resources/{other.name}/credentials")
    assert sqlstate(open_place, password=made["password"]) in ("28P01", "28000", "42501", "3D000")


def test_credentials_come_as_a_working_dsn(open_place: Place, stack: Stack) -> None:
    made = stack.api(open_place.key).post(f"/v1/resources/{open_place.name}/credentials")
    assert (made["resource"], made["database"]) == (open_place.name, open_place.name)
    assert made["port"] == open_place.agent.port
    with psycopg.connect(made["dsn"], sslmode="require") as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_revoked_key(place_for, admin: API) -> None:
    place = place_for(ALLOW_ALL)
    key = next(admin.items(f"/v1/service-accounts/{place.name}/keys"))
    admin.delete(f"/v1/service-accounts/{place.name}/keys/{key['id']}")
    wait_until(lambda: _is_refused(place), "the end of the revoked key", seconds=patience(1))
    assert sqlstate(place) == "28P01"


def _is_refused(place: Place, token: str | None = None) -> bool:
    try:
        psycopg.connect(place.dsn(token=token)).close()
        return False
    except psycopg.OperationalError:
        return True


def _is_statement_refused(place: Place) -> bool:
    try:
        with place.connect() as connection:
            connection.execute("SELECT 1")
        return False
    except psycopg.Error:
        return True


def test_a_resource_that_no_policy_gives(open_place: Place, place_for) -> None:
    other = place_for(ALLOW_ALL)
    try:
        session = wire.Wire.login(open_place.agent.port, open_place.principal, open_place.key, other.name)
    except wire.ServerError as error:
        assert error.sqlstate in ("3D000", "42501", "28000")
        return
    with session, pytest.raises(wire.ServerError) as caught:
        session.run("SELECT 1")
    assert caught.value.sqlstate == "42501"


def test_an_unreachable_upstream(stack: Stack, admin: API, open_place: Place) -> None:
    place = make_place(stack, admin, ALLOW_ALL)
    put_resource(admin, place.resource(port=free_port()))
    _wait_refused(place)
    assert sqlstate(place) in ("08001", "08006")
    assert still_served(open_place)


def test_a_wrong_upstream_password(stack: Stack, admin: API, open_place: Place) -> None:
    place = make_place(stack, admin, ALLOW_ALL)
    resource = place.resource()
    resource["credential"]["password"] = {"value": "not the password"}
    put_resource(admin, resource)
    _wait_refused(place)
    assert sqlstate(place) in ("08004", "28000")
    assert still_served(open_place)


def test_an_upstream_certificate_of_another_authority(stack: Stack, admin: API, tmp_path) -> None:
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x -keyout k -out c"
    subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True)
    place = make_place(stack, admin, ALLOW_ALL)
    put_resource(admin, place.resource(ca_pem=(tmp_path / "c").read_text()))
    _wait_refused(place)
    assert sqlstate(place).startswith("08")


def test_a_missing_upstream_database(stack: Stack, admin: API) -> None:
    place = make_place(stack, admin, ALLOW_ALL)
    put_resource(admin, place.resource(database="not-there"))
    _wait_refused(place)
    assert sqlstate(place) in ("3D000", "08004")


def _wait_refused(place: Place) -> None:
    wait_until(lambda: _is_refused(place), "the change of the resource", seconds=20)


@pytest.mark.parametrize(
    "startup",
    [{"replication": "database"}, {"options": "-c session_authorization=postgres"}, {"options": "-c role=postgres"}],
    ids=lambda value: next(iter(value)) + "-" + next(iter(value.values())),
)
def test_startup_parameters_that_widen_rights(open_place: Place, startup: dict[str, str]) -> None:
    assert sqlstate(open_place, **startup) in ("42501", "0A000", "28000", "22023")
    assert still_served(open_place)


@pytest.mark.slow
def test_a_full_spool_refuses_statements_and_recovers(own_agent, place_for, open_place: Place) -> None:
    agent = own_agent(SALLYPORT_SPOOL_LIMIT_BYTES=str(48 << 20))
    place = place_for(ALLOW_ALL, agent=agent)
    stack = place.stack
    stack.control_plane.signal(signal.SIGSTOP)
    try:
        with place.connect() as connection, pytest.raises(psycopg.Error) as caught:
            text = "SELECT " + ", ".join(f"'{'x' * 1000}{n}'" for n in range(200))
            for _ in range(2000):
                connection.execute(text.encode())
        assert caught.value.sqlstate == "53100"
        with open_place.connect() as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        stack.control_plane.signal(signal.SIGCONT)
    wait_until(lambda: not _is_statement_refused(place), "the emptying of the spool", seconds=30)
