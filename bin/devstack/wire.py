"""PostgreSQL's frontend protocol, version 3.0, by hand on a blocking socket (PostgreSQL manual, chapter 55).

For what no driver does: frames that no client would send, connections that cost nothing on this side, and bulk results
that are read as fast as the socket gives them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import socket
import ssl
import struct
from dataclasses import dataclass, field

PROTOCOL_3_0 = 196608
SSL_REQUEST = struct.pack("!II", 8, 80877103)
GSSENC_REQUEST = struct.pack("!II", 8, 80877104)


class ServerError(Exception):
    """An ErrorResponse: its fields by their one-letter names."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields
        super().__init__(f"{fields.get('C')}: {fields.get('M')}")

    @property
    def sqlstate(self) -> str:
        return self.fields["C"]


class ConnectionEnded(Exception):
    """The server closed the connection."""


def frame(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def startup(parameters: dict[str, str], version: int = PROTOCOL_3_0) -> bytes:
    text = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items()) + b"\0"
    return struct.pack("!II", len(text) + 8, version) + text


def query(text: str) -> bytes:
    return frame(b"Q", text.encode() + b"\0")


def cancel_request(process: int, key: bytes) -> bytes:
    return struct.pack("!III", 12 + len(key), 80877102, process) + key


def parse(text: str, name: str = "") -> bytes:
    return frame(b"P", name.encode() + b"\0" + text.encode() + b"\0" + struct.pack("!H", 0))


def bind(*values: bytes | None, portal: str = "", name: str = "", binary: bool = False) -> bytes:
    """Parameters in text; results in binary where asked for."""
    body = portal.encode() + b"\0" + name.encode() + b"\0" + struct.pack("!HH", 0, len(values))
    for value in values:
        body += struct.pack("!i", -1) if value is None else struct.pack("!I", len(value)) + value
    return frame(b"B", body + (struct.pack("!HH", 1, 1) if binary else struct.pack("!H", 0)))


def describe(portal: str = "") -> bytes:
    return frame(b"D", b"P" + portal.encode() + b"\0")


def close_statement(name: str) -> bytes:
    return frame(b"C", b"S" + name.encode() + b"\0")


def execute(portal: str = "", limit: int = 0) -> bytes:
    return frame(b"E", portal.encode() + b"\0" + struct.pack("!I", limit))


SYNC = frame(b"S")
FLUSH = frame(b"H")
TERMINATE = frame(b"X")


def error_fields(body: bytes) -> dict[str, str]:
    return {part[:1].decode(): part[1:].decode() for part in body.split(b"\0") if part}


@dataclass
class Wire:
    """A connection; `login` takes it to the first ReadyForQuery."""

    sock: socket.socket
    parameters: dict[str, str] = field(default_factory=dict)
    process: int = 0
    key: bytes = b""
    _buffer: bytearray = field(default_factory=bytearray)

    @classmethod
    def connect(cls, port: int, host: str = "127.0.0.1", timeout: float = 30) -> Wire:
        sock = socket.create_connection((host, port), timeout=timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(sock)

    @classmethod
    def login(
        cls,
        port: int,
        user: str,
        password: str,
        database: str,
        tls: ssl.SSLContext | None = None,
        parameters: dict[str, str] | None = None,
    ) -> Wire:
        wire = cls.connect(port)
        try:
            if tls:
                wire.start_tls(tls)
            wire.send(startup({"user": user, "database": database} | (parameters or {})))
            wire.authenticate(user, password)
        except BaseException:
            wire.close()
            raise
        return wire

    def start_tls(self, context: ssl.SSLContext) -> None:
        self.send(SSL_REQUEST)
        if (answer := self.receive(1)) != b"S":
            raise ConnectionEnded(f"the server answered {answer!r} to SSLRequest")
        self.sock = context.wrap_socket(self.sock, server_hostname="localhost")

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def receive(self, count: int) -> bytes:
        while len(self._buffer) < count:
            try:
                data = self.sock.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                raise ConnectionEnded(bytes(self._buffer))
            self._buffer += data
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def message(self) -> tuple[bytes, bytes]:
        """The next message: its type and its body."""
        header = self.receive(5)
        return header[:1], self.receive(struct.unpack("!I", header[1:])[0] - 4)

    def until_ready(self) -> list[tuple[bytes, bytes]]:
        """All messages up to and with ReadyForQuery."""
        messages: list[tuple[bytes, bytes]] = []
        while not messages or messages[-1][0] != b"Z":
            messages.append(self.message())
        return messages

    def run(self, text: str) -> list[tuple[bytes, bytes]]:
        """A simple Query; raises the first error after ReadyForQuery has come."""
        self.send(query(text))
        messages = self.until_ready()
        for kind, body in messages:
            if kind == b"E":
                raise ServerError(error_fields(body))
        return messages

    def drain(self, text: str, buffer: bytearray) -> int:
        """Sends a Query, reads its result as fast as it comes, and returns the count of bytes.

        The end is a ReadyForQuery as the last six bytes of what has arrived; no byte before is looked at.
        """
        self.send(query(text))
        view = memoryview(buffer)
        total, tail = 0, b""
        while tail != b"Z\0\0\0\x05I":
            count = self.sock.recv_into(view)
            if not count:
                raise ConnectionEnded(tail)
            total += count
            tail = (tail + bytes(view[max(0, count - 6) : count]))[-6:]
        return total

    def authenticate(self, user: str, password: str) -> None:
        scram = Scram(password)
        while True:
            kind, body = self.message()
            if kind == b"E":
                raise ServerError(error_fields(body))
            if kind == b"R":
                self._answer(struct.unpack("!I", body[:4])[0], body[4:], user, password, scram)
            elif kind == b"S":
                name, value, _ = body.split(b"\0")
                self.parameters[name.decode()] = value.decode()
            elif kind == b"K":
                self.process, self.key = struct.unpack("!I", body[:4])[0], body[4:]
            elif kind == b"Z":
                return

    def close(self) -> None:
        self.sock.close()

    def reset(self) -> None:
        """Closes without a word: what the other side sends from now on is an error to it."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, request: int, data: bytes, user: str, password: str, scram: Scram) -> None:
        if request == 3:
            self.send(frame(b"p", password.encode() + b"\0"))
        elif request == 5:
            inner = hashlib.md5(password.encode() + user.encode()).hexdigest().encode()
            self.send(frame(b"p", b"md5" + hashlib.md5(inner + data).hexdigest().encode() + b"\0"))
        elif request == 10:
            first = scram.first()
            self.send(frame(b"p", b"SCRAM-SHA-256\0" + struct.pack("!I", len(first)) + first))
        elif request == 11:
            self.send(frame(b"p", scram.final(data)))
        elif request not in (0, 12):
            raise ConnectionEnded(f"authentication request {request}")


class Scram:
    """SCRAM-SHA-256 without channel binding, RFC 5802 and RFC 7677."""

    def __init__(self, password: str) -> None:
        self._password = password.encode()
        self._bare = b"n=,r=" + base64.b64encode(secrets.token_bytes(18))

    def first(self) -> bytes:
        return b"n,," + self._bare

    def final(self, challenge: bytes) -> bytes:
        values = dict(part.split(b"=", 1) for part in challenge.split(b","))
        salted = hashlib.pbkdf2_hmac("sha256", self._password, base64.b64decode(values[b"s"]), int(values[b"i"]))
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        without_proof = b"c=biws,r=" + values[b"r"]
        signed = b",".join([self._bare, challenge, without_proof])
        signature = hmac.digest(hashlib.sha256(client_key).digest(), signed, "sha256")
        proof = bytes(left ^ right for left, right in zip(client_key, signature, strict=True))
        return without_proof + b",p=" + base64.b64encode(proof)
