"""Frames that no client sends: the connection may end, with an error that says why; the agent serves on."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import time

import pytest
from support.place import Place

from devstack import wire
from devstack.processes import patience, resident_bytes


@pytest.fixture(autouse=True)
def agent_survives(open_place: Place):
    before = open_place.agent.service.pid
    yield
    assert open_place.agent.service.pid == before
    with open_place.connect() as connection:
        assert connection.execute("SELECT 'alive'").fetchone() == ("alive",)


def startup_of(place: Place) -> bytes:
    return wire.startup({"user": place.principal, "database": place.name})


def ending(session: wire.Wire) -> str | None:
    """The SQLSTATE of the error that the connection ends with, or None when it ends without one."""
    state = None
    with contextlib.suppress(wire.ConnectionEnded):
        while True:
            kind, body = session.message()
            if kind == b"E":
                state = wire.error_fields(body)["C"]
    return state


BEFORE_LOGIN = {
    "length below eight": struct.pack("!II", 4, wire.PROTOCOL_3_0),
    "length zero": struct.pack("!II", 0, wire.PROTOCOL_3_0),
    "negative length": struct.pack("!iI", -1, wire.PROTOCOL_3_0),
    "oversized startup": struct.pack("!II", 20_000, wire.PROTOCOL_3_0) + b"a" * 19_992,
    "huge length": struct.pack("!II", 0x7FFFFFFF, wire.PROTOCOL_3_0),
    "no terminator": struct.pack("!II", 13, wire.PROTOCOL_3_0) + b"user\0",
    "no user": wire.startup({"database": "x"}),
    "empty user": wire.startup({"user": "", "database": "x"}),
    "odd parameters": struct.pack("!II", 14, wire.PROTOCOL_3_0) + b"user\0\0",
    "protocol two": struct.pack("!II", 296, 131072) + b"\0" * 288,
    "protocol four": wire.startup({"user": "x", "database": "x"}, version=4 << 16),
    "not utf-8": struct.pack("!II", 8 + 12, wire.PROTOCOL_3_0) + b"user\0\xff\xfe\0\0\0\0\0",
    "http": b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
    "tls without asking": bytes.fromhex("16030100050100000100"),
    "cancel of nobody": wire.cancel_request(1, b"abcd"),
    "cancel with a short key": struct.pack("!II", 8, 80877102),
    "garbage": bytes(range(256)) * 4,
}


@pytest.mark.parametrize("name", BEFORE_LOGIN)
def test_before_login(open_place: Place, name: str) -> None:
    with wire.Wire.connect(open_place.agent.port) as session:
        with contextlib.suppress(OSError, wire.ConnectionEnded, UnicodeDecodeError):
            session.send(BEFORE_LOGIN[name])
            session.sock.shutdown(socket.SHUT_WR)
            ending(session)


def test_bytes_in_the_clear_behind_a_request_for_tls_are_fatal(open_place: Place) -> None:
    injected = startup_of(open_place)
    with wire.Wire.connect(open_place.agent.port) as session:
        session.send(wire.SSL_REQUEST + injected)
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while data := session.sock.recv(4096):
                received += data
    assert b"R\0\0\0" not in received, "the injected startup message was read"


def test_gss_encryption_is_declined_and_the_session_goes_on(open_place: Place) -> None:
    with wire.Wire.connect(open_place.agent.port) as session:
        session.send(wire.GSSENC_REQUEST)
        assert session.receive(1) == b"N"
        session.start_tls(open_place.tls)
        session.send(startup_of(open_place))
        session.authenticate(open_place.principal, open_place.key)
        session.run("SELECT 1")


def test_a_newer_minor_version_is_negotiated_down(open_place: Place) -> None:
    with wire.Wire.connect(open_place.agent.port) as session:
        values = {"user": open_place.principal, "database": open_place.name, "_pq_.unknown": "1"}
        session.send(wire.startup(values, version=wire.PROTOCOL_3_0 + 9))
        kind, body = session.message()
        assert kind == b"v"
        assert struct.unpack("!I", body[:4])[0] & 0xFFFF <= 9
        assert b"_pq_.unknown" in body


def test_a_password_longer_than_any_token(open_place: Place) -> None:
    with wire.Wire.connect(open_place.agent.port) as session:
        session.send(startup_of(open_place))
        assert session.message()[0] == b"R"
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            session.send(wire.frame(b"p", b"x" * 1_000_000 + b"\0"))
        assert ending(session) in ("28P01", "08P01", None)


def test_a_statement_before_the_password(open_place: Place) -> None:
    with wire.Wire.connect(open_place.agent.port) as session:
        session.send(startup_of(open_place))
        assert session.message()[0] == b"R"
        session.send(wire.query("SELECT 1"))
        assert ending(session) in ("08P01", "28000", "28P01")


AFTER_LOGIN = {
    "unknown type": wire.frame(b"?", b"xxxx"),
    "type zero": wire.frame(b"\0"),
    "length below four": b"Q\0\0\0\3",
    "length zero": b"Q\0\0\0\0",
    "negative length": b"Q\xff\xff\xff\xff",
    "query without a terminator": wire.frame(b"Q", b"SELECT 1"),
    "query with bytes behind its terminator": wire.frame(b"Q", b"SELECT 1\0SELECT 2\0"),
    "empty query body": wire.frame(b"Q"),
    "parse without a terminator": wire.frame(b"P", b"\0SELECT 1"),
    "parse with a count beyond the frame": wire.frame(b"P", b"\0SELECT 1\0\xff\xff"),
    "bind with a count beyond the frame": wire.frame(b"B", b"\0\0\0\0\x7f\xff"),
    "bind with a negative length": wire.frame(b"B", b"\0\0\0\0\0\1\xff\xff\xff\xfe\0\0"),
    "bind with a length beyond the frame": wire.frame(b"B", b"\0\0\0\0\0\1\0\0\xff\xff\0\0"),
    "execute that is too short": wire.frame(b"E", b"\0\0"),
    "describe of nothing known": wire.frame(b"D", b"Z\0"),
    "close of nothing known": wire.frame(b"C", b"Z\0"),
    "sync with a body": wire.frame(b"S", b"x"),
    "a startup packet once more": wire.startup({"user": "x", "database": "y"}),
    "a password once more": wire.frame(b"p", b"x\0"),
    "not utf-8": wire.frame(b"Q", b"SELECT '\xff\xfe'\0"),
    "copy data out of place, then garbage": wire.frame(b"d", b"x") + b"\xff" * 64,
}


@pytest.mark.parametrize("name", AFTER_LOGIN)
def test_after_login(open_place: Place, name: str) -> None:
    """An error, and then either the end or a session that still works: never silence, never another's data."""
    with open_place.wire() as session:
        session.send(AFTER_LOGIN[name] + wire.SYNC)
        states, ended = [], False
        try:
            while True:
                kind, body = session.message()
                assert kind in b"EZNSI13nCT", kind
                if kind == b"E":
                    states.append(wire.error_fields(body)["C"])
                if kind == b"Z" and states:
                    break
        except wire.ConnectionEnded:
            ended = True
        assert states or ended
        assert all(len(state) == 5 for state in states)


def test_a_message_over_the_limit_is_refused_without_being_kept(open_place: Place) -> None:
    agent = open_place.agent.service.pid
    assert agent
    before = resident_bytes(agent)
    with open_place.wire() as session:
        session.send(b"Q" + struct.pack("!I", (100 << 20) + 4))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(100):
                session.send(b"x" * (1 << 20))
        with pytest.raises((wire.ServerError, wire.ConnectionEnded)):
            for kind, body in session.until_ready():
                if kind == b"E":
                    raise wire.ServerError(wire.error_fields(body))
    assert resident_bytes(agent) - before < 40 << 20


def test_a_login_byte_by_byte(open_place: Place) -> None:
    with wire.Wire.connect(open_place.agent.port) as session:
        for byte in startup_of(open_place):
            session.send(bytes([byte]))
        session.authenticate(open_place.principal, open_place.key)
        for byte in wire.query("SELECT 'slowly'"):
            session.send(bytes([byte]))
        assert [body for kind, body in session.until_ready() if kind == b"D"][0].endswith(b"slowly")


def test_clients_that_never_finish_their_login_hold_up_nobody(open_place: Place) -> None:
    waiting = [wire.Wire.connect(open_place.agent.port) for _ in range(200)]
    try:
        for session in waiting:
            session.send(b"\0\0\0")
        began = time.monotonic()
        with open_place.connect() as connection:
            connection.execute("SELECT 1")
        assert time.monotonic() - began < patience(5)
    finally:
        for session in waiting:
            session.close()


def test_random_bytes_after_login(open_place: Place) -> None:
    generator = random.Random(20261121)
    for _ in range(60):
        with open_place.wire() as session:
            session.sock.settimeout(0.5)
            with contextlib.suppress(OSError, wire.ConnectionEnded, KeyError, UnicodeDecodeError):
                session.send(generator.randbytes(generator.randrange(1, 400)))
                session.sock.shutdown(socket.SHUT_WR)
                ending(session)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1" + "+1" * 100_000, "SELECT " + "(" * 50_000 + "1" + ")" * 50_000, "/*" * 40_000,
        "SELECT 1;" * 50_000,
        "SELECT " + "CASE WHEN true THEN " * 20_000 + "1" + " END" * 20_000,
        "SELECT ARRAY" + "[" * 50_000 + "]" * 50_000,
        "SELECT '" + "x" * 2_000_000 + "'", "SELECT $" + "9" * 1000, "\N{ZERO WIDTH SPACE}" * 10_000,
    ],
    ids=["sum", "parentheses", "comments", "statements", "case", "array", "literal", "parameter", "spaces"],
)
def test_statements_that_break_parsers_cost_one_error(open_place: Place, text: str) -> None:
    with open_place.wire() as session:
        with contextlib.suppress(wire.ServerError):
            session.run(text)
        session.run("SELECT 1")
